import QRCode from 'qrcode';
import type { PaymentIntent } from './model.ts';

/** The pages that a bank or a card issuer would show: plain HTML, no script, labelled and keyboard-operable. */

const money = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });
const time = new Intl.DateTimeFormat('pt-BR', {
  dateStyle: 'short',
  timeStyle: 'medium',
  timeZone: 'America/Sao_Paulo',
});

export function challengePage(intent: PaymentIntent): string {
  if (intent.nextAction?.type !== 'redirect_to_url') return nothingToDo(intent);
  return page(
    'Autenticação do cartão (3-D Secure)',
    `<p>${summary(intent)}</p>
    <p>Este é o emulador: nenhum banco é consultado e nenhum dinheiro se move.</p>
    <form method="post">
      <button name="resultado" value="aprovado">Aprovar a compra</button>
      <button name="resultado" value="recusado" class="secondary">Recusar a compra</button>
    </form>`,
  );
}

export function pixPage(intent: PaymentIntent): string {
  const action = intent.nextAction;
  if (action?.type !== 'pix_display_qr_code') return nothingToDo(intent);
  return page(
    'Pagamento por Pix',
    `<p>${summary(intent)} O código vale até <time datetime="${new Date(action.expiresAt).toISOString()}">${time.format(action.expiresAt)}</time>.</p>
    <p><img src="/_emulador/pix/${intent.id}/qr.svg" width="240" height="240" alt="QR Code do Pix; o mesmo código está no campo Pix copia e cola"></p>
    <p><label for="codigo">Pix copia e cola</label><br><textarea id="codigo" rows="4" cols="48" readonly>${escape(action.data)}</textarea></p>
    <form method="post" action="/_emulador/pix/${intent.id}/pagar"><button>Pagar este Pix</button></form>
    <form method="post" action="/_emulador/pix/${intent.id}/expirar"><button class="secondary">Deixar expirar agora</button></form>`,
  );
}

/** After an answer: back to the shop when it gave an address, else a word on what happened. */
export function outcomePage(intent: PaymentIntent): string {
  const said =
    intent.status === 'succeeded' || intent.status === 'requires_capture'
      ? 'Pagamento aprovado.'
      : 'Pagamento não realizado.';
  return page(said, `<p role="status">${said} ${summary(intent)}</p><p>Você já pode fechar esta página.</p>`);
}

export function receiptPage(title: string, amount: number): string {
  return page(
    'Recibo do emulador',
    `<p>${escape(title)}: ${money.format(amount / 100)}.</p><p>Documento de teste, sem valor fiscal.</p>`,
  );
}

export function qrSvg(data: string): Promise<string> {
  return QRCode.toString(data, { type: 'svg', margin: 2 });
}

export function qrPng(data: string): Promise<Buffer> {
  return QRCode.toBuffer(data, { type: 'png', margin: 2, width: 480 });
}

function nothingToDo(intent: PaymentIntent): string {
  return page(
    'Nada a fazer',
    `<p role="status">Este pagamento não espera por você: a situação é <code>${intent.status}</code>.</p>`,
  );
}

function summary(intent: PaymentIntent): string {
  return `Valor: <strong>${money.format(intent.amount / 100)}</strong>.${intent.description === null ? '' : ` ${escape(intent.description)}.`}`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Emulador da Stripe</title>
<style>
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
button { font: inherit; padding: .6rem 1.2rem; margin: .25rem .5rem .25rem 0; border: 2px solid #1b4dcb; border-radius: .4rem; background: #1b4dcb; color: #fff; }
button.secondary { background: #fff; color: #1b4dcb; }
button:focus-visible, textarea:focus-visible { outline: 3px solid #b45309; outline-offset: 2px; }
textarea { font: .95rem monospace; max-width: 100%; }
</style>
</head>
<body><main><h1>${title}</h1>
${body}
</main></body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
