import { caminhoDe, PAGINAS } from '@plataforma/contracts';
import { type Conteudos, Modelos } from '../application/ports.js';
import type { Descadastro } from '../application/descadastro.js';
import type { LinkDoConvite } from '../application/link-do-convite.js';
import {
  type Aviso,
  type Avisos,
  type Contato,
  finalidadeDe,
  type Idioma,
  type TipoDeCanal,
  TIPOS_DE_AVISO,
} from '../domain/entrega.js';
import { descreverAvisos } from '../domain/texto.js';
import { convite } from './convite.js';
import { Enderecos, type Origens } from './enderecos.js';
import { type Campos, mensagensEmArquivo, type Recheio } from './mensagem-em-arquivo.js';

const DATAS: Record<Idioma, string> = { 'pt-BR': 'datas', en: 'dates' };
const mensagens = mensagensEmArquivo(TIPOS_DE_AVISO);

/** Notices in Portuguese and English. What people typed is text in every one, and leads nowhere. */
export class HandlebarsModelos extends Modelos {
  private readonly enderecos: Enderecos;

  /** @param organizador the address that calendar entries come from */
  constructor(
    private readonly origens: Origens,
    private readonly organizador: string,
    private readonly descadastros: Descadastro,
    private readonly convites: LinkDoConvite,
  ) {
    super();
    this.enderecos = new Enderecos(origens);
  }

  override write<C extends TipoDeCanal>(canal: C, avisos: Avisos, contato: Contato): Conteudos[C] {
    const [{ tipo, reserva }] = avisos;
    const mensagem = mensagens(tipo, contato.idioma);
    const recheio = this.recheio(avisos, contato);
    const quantas = avisos.length > 1 ? ` (${avisos.length} ${DATAS[contato.idioma]})` : '';
    const curto = (): Conteudos['SMS'] => {
      const { assunto, texto } = mensagem.curto(recheio, this.origens.site);
      return { assunto: `${assunto}${quantas}`, texto: `${texto}${quantas}` };
    };
    const escrever: { readonly [K in TipoDeCanal]: () => Conteudos[K] } = {
      EMAIL: () => {
        const { assunto, ...email } = mensagem.email(recheio, this.origens.site);
        const token = this.tokenDeDescadastro(avisos, contato);
        return {
          assunto: `${assunto}${quantas}`,
          ...email,
          calendario: convite(avisos, contato, this.organizador),
          descadastro: token && this.enderecos.descadastro(token),
        };
      },
      SMS: curto,
      PUSH: () => ({
        ...curto(),
        caminho: reserva.reservaId ? caminhoDe(PAGINAS.reserva, reserva.reservaId) : PAGINAS.reservas,
      }),
    };
    return escrever[canal]();
  }

  private tokenDeDescadastro([{ tipo }]: Avisos, { usuarioId }: Contato): string | undefined {
    const finalidade = finalidadeDe(tipo);
    return finalidade === null ? undefined : this.descadastros.token(usuarioId, finalidade);
  }

  private recheio(avisos: Avisos, contato: Contato): Recheio {
    const { nome, idioma } = contato;
    const { periodos, ...campos } = descreverAvisos(avisos, nome, idioma);
    const token = this.tokenDeDescadastro(avisos, contato);
    const { convidado } = contato;
    return {
      campos: { ...campos, anfitriao: convidado?.por ?? undefined },
      links: this.links(avisos[0], contato),
      lugar: `${campos.espaco} · ${campos.cidade}`,
      periodos: [...new Set(periodos)],
      porque: porqueDe(avisos[0], contato),
      // A guest has no account in which to choose.
      preferencias: convidado ? undefined : this.enderecos.preferencias,
      sair: token && this.enderecos.sair(token),
    };
  }

  private links(aviso: Aviso, { usuarioId, convidado }: Contato): Campos {
    const { reservaId, espacoId, versao } = aviso.reserva;
    const perguntado = convidado && reservaId !== undefined && versao !== undefined;
    return {
      linkDoConvite: perguntado
        ? this.enderecos.convite(this.convites.token({ convidadoId: usuarioId, reservaId, versao }))
        : undefined,
      link: reservaId && this.enderecos.reserva(reservaId),
      linkDoEspaco: espacoId && this.enderecos.espaco(espacoId),
      linkDoRecibo: 'pagamentoId' in aviso ? this.enderecos.recibo(aviso.pagamentoId) : undefined,
    };
  }
}

function porqueDe({ tipo, reserva }: Aviso, { convidado }: Contato): Recheio['porque'] {
  if (convidado) return 'CONVIDADO';
  if (finalidadeDe(tipo) !== null) return 'CONSENTIDA';
  return reserva.feitaParaOutro ? 'FEITA' : 'RESERVA';
}
