import { describe, expect, it } from '@jest/globals';
import type { Aviso, Contato } from '../domain/entrega.js';
import { ModelosHandlebars } from './modelos-handlebars.js';

const modelos = new ModelosHandlebars();
const contato: Contato = { usuarioId: 'u', nome: 'Ana & <b>Bia</b>', email: 'ana@exemplo.com', idioma: 'pt-BR' };
const reserva = {
  espacoNome: "Sala <Ipê>\nD'Ouro",
  cidade: 'São Paulo',
  inicio: '2026-12-04T13:00:00Z',
  fim: '2026-12-04T15:00:00Z',
  fuso: 'America/Sao_Paulo',
  valorCentavos: 12_000,
  moeda: 'BRL',
};
const confirmada: Aviso = { tipo: 'RESERVA_CONFIRMADA', reserva };
const cancelada: Aviso = { tipo: 'RESERVA_CANCELADA', reserva, motivo: 'PAGAMENTO_RECUSADO', reembolsoCentavos: 0 };

describe('An e-mail', () => {
  it('escapes in HTML what people typed, and leaves it as it is in plain text', () => {
    const { html, texto } = modelos.escrever(confirmada, contato);
    expect(html).toContain('Ana &amp; &lt;b&gt;Bia&lt;/b&gt;');
    expect(html).not.toContain('<b>Bia</b>');
    expect(texto).toContain('Ana & <b>Bia</b>');
  });

  it('has a subject of one line', () => {
    expect(modelos.escrever(confirmada, contato).assunto).toBe("Reserva confirmada: Sala <Ipê> D'Ouro");
  });

  it('speaks the language of its reader', () => {
    const en = modelos.escrever(cancelada, { ...contato, idioma: 'en' });
    expect(en.assunto).toMatch(/^Booking cancelled/);
    expect(en.html).toContain('<html lang="en">');
    expect(en.texto).toContain('the payment was declined');
    expect(modelos.escrever(cancelada, contato).texto).toContain('o pagamento foi recusado');
  });

  it('leaves out the paragraph of the refund when there is none', () => {
    expect(modelos.escrever(cancelada, contato).html).not.toContain('<p></p>');
  });
});
