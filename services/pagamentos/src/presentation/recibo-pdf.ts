import { fileURLToPath } from 'node:url';
import { Folego } from '@plataforma/platform';
import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { type ConteudoDoRecibo, FUSO_DA_EMISSAO, type ReservaNoRecibo } from '../domain/recibo.js';

const MARGIN = 56;
const LABEL_WIDTH = 150;
const QR_SIZE = 96;
const MUTED = '#555555';

/** A font with the letters of all European languages: PDF's built-in ones know Windows-1252 only. */
const font = (name: string): string => fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
const FONTS = { regular: font('DejaVuSans'), bold: font('DejaVuSans-Bold') };

const TITLES = { PAGAMENTO: 'Recibo de pagamento', ESTORNO: 'Recibo de estorno' } as const;
const METHODS = { CARTAO: 'Cartão', PIX: 'Pix' } as const;
const PURPOSES = {
  INTEGRAL: 'Valor inteiro da reserva',
  SINAL: 'Sinal da reserva',
  SALDO: 'Saldo da reserva',
  DIFERENCA: 'Diferença de preço de uma remarcação',
} as const;

const money = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });

const day = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('pt-BR', { dateStyle: 'long', timeZone }).format(new Date(instant));
const time = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('pt-BR', { timeStyle: 'short', timeZone }).format(new Date(instant));

/** `1 de dezembro de 2026, 10:00 a 12:00 (America/Sao_Paulo)`; both days where it ends on another. */
function period({ inicio, fim, fuso }: ReservaNoRecibo): string {
  const [from, to] = [day(inicio, fuso), day(fim, fuso)];
  return `${from}, ${time(inicio, fuso)} a ${from === to ? '' : `${to}, `}${time(fim, fuso)} (${fuso})`;
}

const rowsOf = (recibo: ConteudoDoRecibo): [string, string][] => [
  ['Número', recibo.numero],
  [
    'Emitido em',
    `${day(recibo.emitidoEm, FUSO_DA_EMISSAO)}, ${time(recibo.emitidoEm, FUSO_DA_EMISSAO)} (horário de Brasília)`,
  ],
  ['Emitente', recibo.emitente],
  [recibo.tipo === 'PAGAMENTO' ? 'Valor recebido' : 'Valor devolvido', money.format(recibo.valorCentavos / 100)],
  ['Meio de pagamento', recibo.metodo === null ? 'Cartão ou Pix' : METHODS[recibo.metodo]],
  ['Referente a', recibo.descricao],
  ['Finalidade', `${PURPOSES[recibo.finalidade]} (cobrança ${recibo.parcela})`],
  ...recibo.reservas.map((reserva): [string, string] => [reserva.espacoNome, period(reserva)]),
  ...(recibo.reciboDoPagamento === null
    ? []
    : [['Devolve o pagamento', `Recibo nº ${recibo.reciboDoPagamento}`] satisfies [string, string]]),
  ['Reserva', recibo.reservaId],
  ['Pagamento', recibo.pagamentoId],
  ['No provedor', recibo.provedorId],
];

/** Renders a receipt: the same content gives the same bytes. A tagged PDF, in Portuguese. */
export async function reciboEmPdf(recibo: ConteudoDoRecibo): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'pt-BR',
    displayTitle: true,
    font: FONTS.regular,
    info: {
      Title: `${TITLES[recibo.tipo]} nº ${recibo.numero}`,
      Author: recibo.emitente,
      // Else the moment of rendering.
      CreationDate: new Date(recibo.emitidoEm),
    },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  await write(doc, recibo);
  doc.end();
  return done;
}

/** Row by row, with time for others in between: a series that was charged at once has a hundred. */
async function write(doc: PDFKit.PDFDocument, recibo: ConteudoDoRecibo): Promise<void> {
  const folego = new Folego();
  const page = doc.struct('Document');
  doc.addStructure(page);
  page.add(
    doc.struct('H1', {}, () => {
      doc.font(FONTS.bold, 18).text(`${TITLES[recibo.tipo]} nº ${recibo.numero}`);
    }),
  );
  doc.moveDown();
  const table = doc.struct('Table');
  page.add(table);
  for (const [label, value] of rowsOf(recibo)) {
    table.add(row(doc, label, value));
    await folego.take();
  }
  table.end();
  doc.moveDown();
  if (recibo.verificacaoUrl !== null) verification(doc, page, recibo.verificacaoUrl);
  page.add(
    doc.struct('P', {}, () => {
      doc
        .font(FONTS.regular, 8)
        .fillColor(MUTED)
        .text(`Código de verificação: ${recibo.codigo}. Este recibo não é documento fiscal.`, MARGIN);
    }),
  );
  page.end();
  await folego.take();
}

function row(doc: PDFKit.PDFDocument, label: string, value: string): PDFKit.PDFStructureElement {
  const width = doc.page.width - 2 * MARGIN - LABEL_WIDTH;
  doc.font(FONTS.regular, 10);
  const height = Math.max(doc.heightOfString(label, { width: LABEL_WIDTH - 12 }), doc.heightOfString(value, { width }));
  if (doc.y + height > doc.page.height - MARGIN) doc.addPage();
  const top = doc.y;
  const cells = [
    doc.struct('TH', {}, () => {
      doc
        .font(FONTS.regular, 10)
        .fillColor(MUTED)
        .text(label, MARGIN, top, { width: LABEL_WIDTH - 12 });
    }),
    doc.struct('TD', {}, () => {
      doc.fillColor('black').text(value, MARGIN + LABEL_WIDTH, top, { width });
      doc.y = top + height + 6;
    }),
  ];
  return doc.struct('TR', {}, cells);
}

function verification(doc: PDFKit.PDFDocument, page: PDFKit.PDFStructureElement, url: string): void {
  if (doc.y + QR_SIZE + 24 > doc.page.height - MARGIN) doc.addPage();
  const top = doc.y;
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' });
  page.add(
    doc.struct('Figure', { alt: 'QR code com o endereço de verificação' }, () => {
      const size = QR_SIZE / modules.size;
      for (let y = 0; y < modules.size; y++)
        for (let x = 0; x < modules.size; x++)
          if (modules.get(y, x)) doc.rect(MARGIN + x * size, top + y * size, size, size);
      doc.fill('black');
    }),
  );
  page.add(
    doc.struct('P', {}, () => {
      doc
        .font(FONTS.regular, 9)
        .fillColor('black')
        .text(`Confira a autenticidade deste recibo em\n${url}`, MARGIN + QR_SIZE + 16, top + 4);
      doc.y = top + QR_SIZE + 16;
    }),
  );
}
