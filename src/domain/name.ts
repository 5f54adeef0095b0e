const accents = /[\u0300-\u036f\ufe0e\ufe0f]/g
const separators = /[\s\-_/.\p{Pd}]+/gu

// Letters with a stroke or a joint have no accent to take off, yet people type them without.
const plain: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
}
const joined = new RegExp(`[${Object.keys(plain).join('')}]`, 'g')

/**
 * The key of a name: case, accents and separators folded. Kept on disk and unique for each client.
 *
 *     "Zürich_Trams"  "zurich-trams"  "ZURICH  TRAMS"   →   "zurich trams"
 *
 * Marks outside Latin, Greek and Cyrillic stay: without them バス (bus) and パス (pass) would be one name.
 */
export function foldName(name: string): string {
  const bare = isAscii(name) ? name.toLowerCase() : fold(name)
  return bare.replace(separators, ' ').trim() || bare.trim()
}

/** The key without its spaces: `pied piper` → `piedpiper`. */
export function compactName(key: string): string {
  return key.replaceAll(' ', '')
}

function fold(name: string): string {
  return name
    .normalize('NFKD')
    .replace(accents, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(accents, '')
    .replace(joined, letter => plain[letter] ?? letter)
    .normalize('NFC')
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text)
}
