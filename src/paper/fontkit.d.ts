/** What we use of the library by which pdfkit reads typefaces; it comes without types. */
declare module 'fontkit' {
  export interface Glyph {
    id: number
    advanceWidth: number
    codePoints: number[]
  }
  export interface Position {
    xAdvance: number
    yAdvance: number
    xOffset: number
    yOffset: number
  }
  export interface Run {
    glyphs: Glyph[]
    positions: Position[]
    readonly advanceWidth: number
  }
  export interface Font {
    layout(text: string, features?: Record<string, boolean>): Run
    hasGlyphForCodePoint(code: number): boolean
  }
  export function create(bytes: Uint8Array): Font
}
