import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { create, type Font, type Glyph, type Run } from 'fontkit'
import { readable } from './markup.ts'

// Inter: Latin, Greek and Cyrillic of every kind.
const files = { regular: '400Regular/Inter_400Regular.ttf', bold: '600SemiBold/Inter_600SemiBold.ttf' }
export type Face = keyof typeof files

/**
 * Opened for one document. A glyph remembers the letter for which it was first asked, so that one typeface for several
 * would make each file depend on those before it.
 */
export const typeface = (face: Face): Font => withEvenFigures(create(bytesOf(face)))

function bytesOf(face: Face): Uint8Array {
  const known = read.get(face)
  if (known) return known
  const bytes = readFileSync(pathOf(files[face]))
  read.set(face, bytes)
  return bytes
}

const read = new Map<Face, Uint8Array>()

/** Given by the build, which lays the files beside its own; in development they are where npm put them. */
declare const STINT_FONTS: string | undefined

const pathOf = (file: string): string =>
  typeof STINT_FONTS === 'undefined'
    ? createRequire(import.meta.url).resolve(`@expo-google-fonts/inter/${file}`)
    : join(__dirname, STINT_FONTS, basename(file))

/** The text as the typeface can show it: composed, and with a box for each sign that it lacks. */
export function drawable(text: string): string {
  const composed = readable(text).normalize('NFC').replaceAll('\u00a0', ' ')
  if (plainLatin.test(composed)) return composed
  return [...graphemes.segment(composed)].map(({ segment }) => visible(segment)).join('')
}

const plainLatin = /^[\n\x20-\x7e\u00a1-\u00ac\u00ae-\u024f–—‘’“”„·•…€]*$/
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** A person with a profession is several signs in one, and joiners that show nothing by themselves. */
function visible(sign: string): string {
  const seen = sign.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  return Array.from(seen).every(isKnown) ? seen : '□'
}

function isKnown(char: string): boolean {
  covering ??= create(bytesOf('regular'))
  return char === '\n' || covering.hasGlyphForCodePoint(char.codePointAt(0) ?? 0)
}

/** Only asked for what it has, so it may stay. */
let covering: Font | undefined

/**
 * Figures as wide as each other, so that they stand in columns; and text as it was written, for Inter would make an
 * arrow of `->`. pdfkit asks for each word without saying how, and keeps the answer.
 */
function withEvenFigures(font: Font): Font {
  const signs = new Map<string, Glyph | undefined>()
  const glyphOf = (sign: string): Glyph | undefined => {
    if (!signs.has(sign)) signs.set(sign, font.layout(sign, { calt: false, tnum: /\d/.test(sign) }).glyphs[0])
    return signs.get(sign)
  }
  const layout = (word: string): Run =>
    figures.test(word)
      ? inRow(Array.from(word).flatMap(sign => glyphOf(sign) ?? []))
      : font.layout(word, { calt: false })
  return Object.create(font, { layout: { value: layout } })
}

const figures = /^[\d.,:%€$£+\-−–/() \u202f]+$/

const inRow = (glyphs: Glyph[]): Run => {
  const positions = glyphs.map(({ advanceWidth }) => ({
    xAdvance: advanceWidth,
    yAdvance: 0,
    xOffset: 0,
    yOffset: 0,
  }))
  return {
    glyphs,
    positions,
    // pdfkit brings the positions to its own scale and then asks
    get advanceWidth() {
      return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0)
    },
  }
}
