import {
  AFRelationship,
  decodePDFRawStream,
  PDFDocument,
  PDFName,
  PDFRawStream,
  PDFRef,
} from '@cantoo/pdf-lib'

const fileName = 'factur-x.xml'

/**
 * The paper with the same invoice for machines inside: Factur-X, in Germany ZUGFeRD. The file keeps its pages, tags and
 * metadata and gets one attachment and a note of it; its only date is the invoice's, so the same invoice is the same
 * bytes.
 */
export async function facturX(pdf: Uint8Array, xml: string, issuedOn: string): Promise<Uint8Array> {
  const paper = await PDFDocument.load(pdf, { updateMetadata: false })
  announce(paper)
  const at = new Date(`${issuedOn}T00:00:00Z`)
  await paper.attach(new TextEncoder().encode(xml), fileName, {
    mimeType: 'text/xml',
    description: 'Factur-X',
    creationDate: at,
    modificationDate: at,
    // the same invoice in another form
    afRelationship: AFRelationship.Alternative,
  })
  return paper.save({ addDefaultPage: false, updateFieldAppearances: false })
}

/** A PDF/A says in its metadata what is attached to it, and what the words mean that it says it with. */
function announce(paper: PDFDocument): void {
  const place = paper.catalog.get(PDFName.of('Metadata'))
  const metadata = place && paper.context.lookup(place)
  if (!(place instanceof PDFRef && metadata instanceof PDFRawStream))
    throw new Error('The PDF has no metadata, so it is no PDF/A.')
  const said = new TextDecoder().decode(decodePDFRawStream(metadata).decode())
  const end = said.lastIndexOf('</rdf:RDF>')
  const now = `${said.slice(0, end)}${announcement}${said.slice(end)}`
  const stream = paper.context.stream(new TextEncoder().encode(now), { Type: 'Metadata', Subtype: 'XML' })
  paper.context.assign(place, stream)
}

const namespace = 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#'

const properties = {
  DocumentFileName: ['Name of the embedded file', fileName],
  DocumentType: ['Kind of document', 'INVOICE'],
  Version: ['Version of the Factur-X data', '1.0'],
  ConformanceLevel: ['Profile of the Factur-X data', 'EN 16931'],
} as const

const announcement = `
<rdf:Description rdf:about="" xmlns:fx="${namespace}">
${Object.entries(properties)
  .map(([name, [, value]]) => `<fx:${name}>${value}</fx:${name}>`)
  .join('\n')}
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>${namespace}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
${Object.entries(properties)
  .map(
    ([
      name,
      [description],
    ]) => `<rdf:li rdf:parseType="Resource"><pdfaProperty:name>${name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>${description}</pdfaProperty:description></rdf:li>`,
  )
  .join('\n')}
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
`
