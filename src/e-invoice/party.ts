import type { InvoiceDocument, Party } from '../domain/invoice-document.ts'
import { vatId } from './codes.ts'
import { isOutOfScope } from './tax.ts'
import type { Tree } from './tree.ts'

export function sellerTree(document: InvoiceDocument): Tree {
  const { seller } = document
  const id = shownVatId(document, seller)
  return {
    ...partyTree(seller, registrationOf(document)),
    'cac:PartyTaxScheme': [taxNumber(id, 'VAT'), taxNumber(seller.tax_number, 'FC')],
  }
}

export const buyerTree = (document: InvoiceDocument): Tree => ({
  ...partyTree(document.buyer, document.buyer.registration),
  'cac:PartyTaxScheme': taxNumber(shownVatId(document, document.buyer), 'VAT'),
})

/** Without a VAT id something else has to identify the seller (BR-CO-26): the register, or else the tax office's number. */
export function registrationOf(document: InvoiceDocument): string | undefined {
  const { seller } = document
  return seller.registration || (shownVatId(document, seller) ? undefined : seller.tax_number)
}

export const shownVatId = (document: InvoiceDocument, party: Party): string | undefined =>
  isOutOfScope(document) ? undefined : vatId(party.tax_id)

function partyTree(party: Party, registration: string | undefined): Tree {
  const { name, contact, street, postal_code, city, region, country, email, phone } = party
  return {
    'cbc:EndpointID': email,
    // an e-mail address, among the schemes for electronic addresses
    'cbc:EndpointID@schemeID': email && 'EM',
    'cac:PostalAddress': {
      'cbc:StreetName': street,
      'cbc:CityName': city,
      'cbc:PostalZone': postal_code,
      'cbc:CountrySubentity': region,
      'cac:Country': { 'cbc:IdentificationCode': country },
    },
    'cac:PartyLegalEntity': { 'cbc:RegistrationName': name, 'cbc:CompanyID': registration },
    'cac:Contact': { 'cbc:Name': contact, 'cbc:Telephone': phone, 'cbc:ElectronicMail': email },
  }
}

const taxNumber = (number: string | undefined, kind: 'VAT' | 'FC'): Tree | undefined =>
  number ? { 'cbc:CompanyID': number, 'cac:TaxScheme': { 'cbc:ID': kind } } : undefined
