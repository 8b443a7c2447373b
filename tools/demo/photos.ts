/** A space of the demonstration data, as far as its picture goes. */
export interface DrawnSpace {
  nome: string;
  tipo: 'SALA' | 'MESA' | 'QUADRA' | 'AUDITORIO' | 'ESTUDIO';
}

const [width, height] = [640, 400];

/** A number from a text, the same on every machine (FNV-1a). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}

const rect = (x: number, y: number, w: number, h: number, fill: string, more = ''): string =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}"${more}/>`;
const times = (count: number, draw: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => draw(index)).join('');

interface Colours {
  wall: string;
  floor: string;
  strong: string;
  light: string;
  dark: string;
}

const chair = (x: number, y: number, { strong, dark }: Colours): string =>
  rect(x, y, 34, 38, strong, ' rx="7"') + rect(x + 4, y + 38, 4, 30, dark) + rect(x + 26, y + 38, 4, 30, dark);

/** What stands in a room of each kind, on the floor that begins at y = 270. */
const scenes: Record<DrawnSpace['tipo'], (colours: Colours, variant: number) => string> = {
  SALA: (colours, variant) =>
    rect(210, 80, 220, 124, colours.dark, ' rx="6"') +
    rect(220, 90, 200, 104, colours.light, ' rx="3"') +
    times(5, (index) => chair(110 + index * 92, 236, colours)) +
    rect(80, 286, 480, 26, colours.strong, ' rx="10"') +
    times(2, (index) => rect(140 + index * 340, 312, 20, 60, colours.dark)) +
    (variant === 2 ? rect(232, 104, 90, 8, colours.strong) + rect(232, 122, 150, 8, colours.strong) : ''),
  MESA: (colours, variant) =>
    times(variant === 1 ? 3 : 4, (index) => {
      const x = 60 + index * (variant === 1 ? 185 : 138);
      return (
        rect(x, 262, 120, 14, colours.strong, ' rx="4"') +
        rect(x + 8, 276, 8, 84, colours.dark) +
        rect(x + 104, 276, 8, 84, colours.dark) +
        rect(x + 38, 214, 50, 36, colours.dark, ' rx="3"') +
        rect(x + 42, 218, 42, 28, colours.light) +
        rect(x + 58, 250, 10, 12, colours.dark)
      );
    }),
  QUADRA: (colours, variant) =>
    `<path d="M0 400 140 230H500L640 400Z" fill="${colours.strong}"/>` +
    `<path d="M320 230V400M95 400 190 230M545 400 450 230M70 315H570" stroke="${colours.light}" stroke-width="5" fill="none"/>` +
    `<ellipse cx="320" cy="315" rx="70" ry="26" fill="none" stroke="${colours.light}" stroke-width="5"/>` +
    (variant === 1
      ? rect(286, 120, 68, 48, colours.light, ' rx="4"') +
        `<circle cx="320" cy="176" r="14" fill="none" stroke="${colours.dark}" stroke-width="5"/>` +
        rect(317, 190, 6, 44, colours.dark)
      : `<circle cx="390" cy="340" r="18" fill="${colours.dark}"/>`),
  AUDITORIO: (colours, variant) =>
    rect(150, 70, 340, 150, colours.dark) +
    `<path d="M150 70Q220 150 160 220H150ZM490 70Q420 150 480 220H490Z" fill="${colours.strong}"/>` +
    rect(120, 220, 400, 22, colours.light) +
    times(variant === 1 ? 3 : 4, (row) =>
      times(9 + row, (index) => {
        const span = 56 - row * 2;
        return rect(
          320 - ((9 + row) * span) / 2 + index * span,
          276 + row * 36,
          span - 12,
          26,
          colours.strong,
          ' rx="9"',
        );
      }),
    ),
  ESTUDIO: (colours, variant) =>
    times(4, (row) =>
      times(8, (column) =>
        rect(
          60 + column * 66,
          60 + row * 46,
          58,
          38,
          (row + column) % 2 ? colours.strong : colours.dark,
          ' opacity=".55"',
        ),
      ),
    ) +
    (variant === 1
      ? `<circle cx="320" cy="210" r="30" fill="${colours.dark}"/>` +
        rect(316, 240, 8, 120, colours.dark) +
        rect(280, 356, 80, 10, colours.dark, ' rx="5"')
      : times(2, (index) => {
          const x = 190 + index * 170;
          return (
            rect(x, 214, 90, 146, colours.dark, ' rx="6"') +
            `<circle cx="${x + 45}" cy="250" r="20" fill="${colours.light}"/>` +
            `<circle cx="${x + 45}" cy="314" r="32" fill="${colours.light}"/>`
          );
        })),
};

/** A picture of a space: SVG, the same for the same name, nobody's but this project's. */
export function drawSpace({ nome, tipo }: DrawnSpace, variant: number): string {
  const hue = hash(nome) % 360;
  const tone = (turn: number, saturation: number, lightness: number): string =>
    `hsl(${(hue + turn) % 360} ${saturation}% ${lightness}%)`;
  const colours: Colours = {
    wall: tone(0, 32, variant === 1 ? 88 : 82),
    floor: tone(24, 26, 68),
    strong: tone(180, 36, 46),
    light: tone(0, 30, 95),
    dark: tone(200, 28, 26),
  };
  const lamps = times(3, (index) => `<circle cx="${160 + index * 160}" cy="26" r="11" fill="${colours.light}"/>`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"><title>${nome}</title>` +
    rect(0, 0, width, height, colours.wall) +
    rect(0, 270, width, height - 270, colours.floor) +
    lamps +
    `${scenes[tipo](colours, variant)}</svg>\n`
  );
}
