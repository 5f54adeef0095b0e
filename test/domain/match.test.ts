import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Candidate, type Match, match, matchIndex } from '../../src/domain/match.ts'
import { foldName } from '../../src/domain/name.ts'
import vectors from '../vectors/match.json' with { type: 'json' }

const given = (...names: string[]) => matchIndex(names.map((name, number) => ({ id: `prj_${number}`, name })))
const house = given(...vectors.projects)

function told(answer: Match): string | string[] | null {
  if ('found' in answer) return answer.found.name
  return 'ambiguous' in answer ? answer.ambiguous.map(candidate => candidate.name) : null
}

describe('the cases of the contract', () => {
  test.each(vectors.match)('%s is %s', (query, name) => expect(told(match(query ?? '', house))).toBe(name))

  test.each(vectors.ambiguous)('%s may be several', (query, names) => {
    expect(told(match(String(query), house))).toEqual(expect.arrayContaining(Array.from(names ?? [])))
  })

  test.each(vectors.none)('%s is none', query => expect(told(match(query, house))).toBeNull())
})

describe('what finds its project', () => {
  test.each([
    ['internal-tools', 'Internal Tools'],
    ['Internal/Tools', 'Internal Tools'],
    ['internal.tools', 'Internal Tools'],
    ['  Globex   API ', 'Globex API'],
    ['ZÜRICH', 'Zürich Trams'],
    ['zurich-trams', 'Zürich Trams'],
    ['são paulo metro', 'São Paulo Metro'],
    ['paulo', 'São Paulo Metro'],
    ['ledger', 'PAY-2024 Ledger'],
    ['PAY-2024', 'PAY-2024 Ledger'],
    ['pay2024', 'PAY-2024 Ledger'],
    ['pay ledger', 'PAY-2024 Ledger'],
    ['compression', 'Pied Piper Compression'],
    ['piedpipercompression', 'Pied Piper Compression'],
    ['pied pip comp', 'Pied Piper Compression'],
    ['acmedashboard', 'Acme Dashboard'],
    ['acmedash', 'Acme Dashboard'],
    ['acme dash board', 'Acme Dashboard'],
    ['hoolisearch', 'Hooli Search'],
    ['globexapi', 'Globex API'],
    ['globex web', 'Globex Corp Website'],
    ['globex website', 'Globex Corp Website'],
    ['acme web', 'Acme Website'],
    ['acme app', 'Acme Mobile App'],
    ['mobile app', 'Acme Mobile App'],
    ['q3', 'Umbrella Q3 Audit'],
    ['umbrela audit', 'Umbrella Q3 Audit'],
    ['umbrella q3 aduit', 'Umbrella Q3 Audit'],
    ['inittech', 'Initech'],
    ['internl', 'Internal'],
    ['internal toosl', 'Internal Tools'],
    ['acme dahsboard', 'Acme Dashboard'],
    ['compresion', 'Pied Piper Compression'],
    ['redesing', 'Website Redesign'],
  ])('%s is %s', (query, name) => expect(told(match(query, house))).toBe(name))
})

describe('what must not find any', () => {
  test.each([
    ['a generic word', 'api'],
    ['another one', 'app'],
    ['two generic words', 'web app'],
    ['the beginning of a generic word', 'ap'],
    ['a generic word in two pieces', 'a pi'],
    ['a misspelt generic word', 'websit app'],
    ['one letter', 'i'],
    ['two letters that only begin a word', 'to'],
    ['a word that goes on', 'webz'],
    ['a name that goes on', 'initechnology'],
    ['a name inside a longer query', 'initech invoices for march'],
    ['a name with a stranger before it', 'the initech'],
    ['the right client, another project', 'globex dashboard'],
    ['the right project, another client', 'hooli dashboard'],
    ['words the other way round', 'dashboard acme'],
    ['one word for two', 'acme acme'],
    ['a part from the middle', 'board'],
    ['the end of one word and the next', 'perc'],
    ['another year', 'PAY-2025'],
    ['half a year', 'PAY-202'],
    ['another quarter', 'umbrella q4 audit'],
    ['an error in a short word', 'acne dashboard'],
    ['too many errors', 'acme dxshbxard'],
    ['a wrong first letter', 'mnternal'],
    ['an unrelated word', 'photosynthesis'],
    ['a sentence', 'fix the login bug on the search page'],
    ['signs only', '!!! ???'],
    ['nothing', ''],
    ['blanks', '   '],
  ])('%s: %s', (_, query) => expect(told(match(query, house))).toBeNull())

  test.each([
    ['Release 10', 'release 1'],
    ['Phase III', 'phase ii'],
    ['Team Alpha', 'team a'],
    ['FY2024 Audit', 'fy2025 audit'],
    ['Car Petrol', 'carpet'],
    ['API Search', 'apis'],
    ['Web Hook', 'webhooks'],
    ['Data Baseline', 'database'],
    ['Acme Server', 'serv'],
    ['Web', 'we'],
    ['Client B', 'client a'],
    ['Italian Restaurant', 'it'],
    ['Project Xenon', 'project x'],
    ['第一営業部案件', '第二営業部案件'],
    ['バス', 'パス'],
    ['C++', 'C#'],
  ])('%s is not %s', (name, query) => expect(told(match(query, given(name)))).toBeNull())
})

describe('the steps', () => {
  const acme: Candidate = { id: 'prj_a', name: 'Website', client: 'Acme', aliases: ['shop'] }
  const globex: Candidate = { id: 'prj_g', name: 'Website', client: 'Globex' }
  const shop: Candidate = { id: 'prj_s', name: 'Shop', client: 'Initech' }
  const index = matchIndex([acme, globex, shop])

  it('takes an id first', () => {
    expect(match('prj_g', index)).toEqual({ found: globex, how: 'id' })
  })

  it('asks when two clients have a project of that name', () => {
    expect(match('website', index)).toEqual({ ambiguous: [acme, globex] })
  })

  it('takes the name with its client before it', () => {
    expect(match('Acme/Website', index)).toEqual({ found: acme, how: 'name' })
    expect(match('globex: website', index)).toEqual({ found: globex, how: 'prefix' })
    expect(match('glob web', index)).toEqual({ found: globex, how: 'prefix' })
    expect(match('globxe website', index)).toEqual({ found: globex, how: 'fuzzy' })
  })

  it('does not take the client alone for its only project, but tells of it', () => {
    expect(match('globex', index)).toEqual({ nothing: [globex] })
  })

  it('prefers a name to an alias', () => {
    expect(match('shop', index)).toEqual({ found: shop, how: 'name' })
    expect(match('shop', matchIndex([acme, globex]))).toEqual({ found: acme, how: 'alias' })
  })

  it('ends after the aliases where nobody can be asked', () => {
    expect(match('acme web', index, { exact_only: true })).toEqual({ nothing: [] })
    expect(match('acme_website', index, { exact_only: true })).toEqual({ found: acme, how: 'name' })
  })

  it('asks when two names are equally near', () => {
    expect(told(match('marktin', given('Marktein', 'Marktian')))).toEqual(['Marktein', 'Marktian'])
  })

  it('tells the nearest names, at most five', () => {
    const many = given(...Array.from({ length: 9 }, (_, number) => `Dashboard ${number}`))
    expect(match('dashboards of the king', many)).toMatchObject({ nothing: { length: 5 } })
  })
})

describe('long queries', () => {
  const name = 'Quarterly review of everything that was ever written about the harbour'

  it('cuts at 64 characters', () => {
    expect(told(match(`${'a'.repeat(64)}bbb`, given('a'.repeat(64))))).toBe('a'.repeat(64))
  })

  it('finds a longer name all the same, and never one that differs after the cut', () => {
    expect(told(match(name, given(name, `${name} master`)))).toBe(name)
    expect(told(match(`${name} two`, given(`${name} one`)))).toBeNull()
  })

  it('does not cut a character in two', () => {
    expect(told(match('🚀'.repeat(80), house))).toBeNull()
  })
})

describe('laws', () => {
  const word = fc.stringMatching(/^[a-z]{4,9}$/)
  const name = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join(' '))
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 30, selector: foldName })

  it('an exact name always wins, whatever else there is', () => {
    fc.assert(
      fc.property(names, fc.nat(), (all, pick) => {
        const wanted = all[pick % all.length] ?? ''
        expect(match(wanted, given(...all))).toMatchObject({ found: { name: wanted }, how: 'name' })
      }),
    )
  })

  it('every way to write a name finds it', () => {
    const dress = fc.constantFrom<((text: string) => string)[]>(
      text => text.toUpperCase(),
      text => text.replaceAll(' ', '-'),
      text => text.replaceAll(' ', '_'),
      text => text.replaceAll(' ', ' / '),
      text => text.replaceAll('a', 'á'),
      text => ` ${text} `,
    )
    fc.assert(
      fc.property(name, dress, (wanted, worn) => {
        expect(match(worn(wanted), given(wanted))).toMatchObject({ found: { name: wanted } })
      }),
    )
  })

  it('a word that is in no name never matches', () => {
    const stranger = fc.stringMatching(/^[xyz]{5,9}$/)
    const familiar = fc.array(fc.stringMatching(/^[a-m]{4,9}$/), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(familiar, stranger, fc.nat(3), (words, strange, place) => {
        const query = [...words.slice(0, place), strange, ...words.slice(place)].join(' ')
        expect(told(match(query, given(words.join(' '), 'Acme Dashboard')))).toBeNull()
      }),
    )
  })

  it('another project never makes an exact name ambiguous', () => {
    fc.assert(
      fc.property(names, name, (all, other) => {
        const [wanted = ''] = all
        fc.pre(foldName(other) !== foldName(wanted))
        expect(told(match(wanted, given(...all, other)))).toBe(wanted)
      }),
    )
  })

  it('folding twice is folding once', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => foldName(foldName(text)) === foldName(text)))
  })

  it('answers whatever is asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), query => Boolean(match(query, house))),
    )
  })
})

describe('folding', () => {
  test.each([
    ['Acme_Dashboard', 'acme dashboard'],
    ['ACME – Dashboard', 'acme dashboard'],
    ['camelCase', 'camelcase'],
    ['Łódź Øre Straße', 'lodz ore strasse'],
    ['ﬁnance ②', 'finance 2'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['---', '---'],
    ['api (globex)', 'api (globex)'],
  ])('%s → %s', (name, key) => expect(foldName(name)).toBe(key))
})
