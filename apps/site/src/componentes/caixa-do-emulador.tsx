import { useEffect, useEffectEvent, useState } from 'react';
import {
  agora,
  Aviso,
  Botao,
  chaveDe,
  classeDeBotao,
  esquecerChave,
  fusoDaqui,
  hora,
  useAgora,
  useIdioma,
  useUmaVez,
} from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  andamentoDe,
  type Andamento,
  type Caixa,
  type Cobranca,
  gerarPix,
  PagamentoRecusado,
  pagarComCartao,
  type Pix,
} from '../pagamento-emulador.js';
import estilo from '../telas/pagar.module.css';
import comum from '../telas/telas.module.css';
import { useCopia } from '../copia.js';
import { useTextos } from '../textos/index.js';
import { Qr } from './qr.js';

const CARTOES = ['pm_card_visa', 'pm_card_threeDSecure2Required', 'pm_card_chargeDeclinedInsufficientFunds'] as const;
type Metodo = 'CARTAO' | 'PIX';

/** Stands in for Stripe's element, so that the whole way works without a network: test cards by name, and a Pix. */
export default function CaixaDoEmulador({
  caixa,
  cobranca,
  metodos,
  volta,
  aoAbrirPix,
  aoEnviar,
}: {
  caixa: Caixa;
  cobranca: Cobranca;
  metodos: readonly Metodo[];
  volta: string;
  /** Told whether a Pix is shown, with its own deadline. */
  aoAbrirPix: (aberto: boolean) => void;
  /** Told when the provider has taken the payment. */
  aoEnviar: () => void;
}) {
  const t = useTextos();
  const consultas = useQueryClient();
  const chaveDaConsulta = ['intento', cobranca.paymentIntentId];
  const { data: andamento } = useQuery({
    queryKey: chaveDaConsulta,
    queryFn: () => andamentoDe(caixa, cobranca),
    staleTime: 0,
    // A code that is no longer good is known only where it is paid.
    refetchInterval: ({ state }) => (state.data?.situacao === 'PIX' ? 5_000 : false),
  });
  const [metodo, setMetodo] = useState<Metodo | undefined>();
  const escolhido = metodo ?? (andamento?.situacao === 'PIX' ? 'PIX' : (metodos[0] ?? 'CARTAO'));
  const pixAberto = escolhido === 'PIX' && andamento?.situacao === 'PIX';
  useEffect(() => {
    aoAbrirPix(pixAberto);
    return () => aoAbrirPix(false);
  }, [aoAbrirPix, pixAberto]);
  const enviado = andamento?.situacao === 'PAGO' || andamento?.situacao === 'CONFERINDO';
  const contarEnvio = useEffectEvent(aoEnviar);
  useEffect(() => {
    if (enviado) contarEnvio();
  }, [enviado]);
  /** A code was shown here, and may be no longer good. */
  const [houvePix, setHouvePix] = useState(false);
  const [cartao, setCartao] = useState<string>(CARTOES[0]);
  const pagar = useUmaVez({
    mutationFn: async (): Promise<Andamento> => {
      const pedido = { pagar: cobranca.paymentIntentId, metodo: escolhido, cartao };
      try {
        const chave = chaveDe(pedido);
        const feito = await (escolhido === 'PIX'
          ? gerarPix(caixa, cobranca, volta, chave)
          : pagarComCartao(caixa, cobranca, cartao, volta, chave));
        esquecerChave(pedido);
        return feito;
      } catch (erro) {
        if (erro instanceof PagamentoRecusado) esquecerChave(pedido);
        throw erro;
      }
    },
    onSuccess: (feito) => {
      if (feito.situacao === 'PIX') setHouvePix(true);
      if (feito.situacao === 'DESAFIO') location.assign(feito.url);
      else consultas.setQueryData(chaveDaConsulta, feito);
    },
  });
  if (enviado)
    return (
      <Aviso tom="espera" titulo={t('pagar.recebido')}>
        <p>{t('pagar.confirmando')}</p>
      </Aviso>
    );
  const recusa = pagar.error instanceof PagamentoRecusado ? pagar.error.code : undefined;
  return (
    <form
      className={comum['pilha']}
      onSubmit={(evento) => {
        evento.preventDefault();
        if (!pagar.isPending) pagar.mutate();
      }}
    >
      {pagar.error && (
        <Aviso tom="perigo" titulo={t(recusa === undefined ? 'falha.semResposta' : 'pagar.recusado')}>
          <p>
            {t(
              recusa === undefined
                ? 'falha.semRespostaDetalhe'
                : recusa === 'insufficient_funds'
                  ? 'pagar.semSaldo'
                  : 'pagar.outroMeio',
            )}
          </p>
        </Aviso>
      )}
      <fieldset className={estilo['formas']}>
        <legend>{t('pagar.como')}</legend>
        {metodos.map((um) => (
          <label key={um}>
            <input type="radio" name="metodo" value={um} checked={escolhido === um} onChange={() => setMetodo(um)} />
            {t(`metodos.${um}`)}
          </label>
        ))}
      </fieldset>
      {escolhido === 'CARTAO' && (
        <fieldset className={estilo['cartoes']}>
          <legend>{t('pagar.cartaoDeTeste')}</legend>
          {CARTOES.map((um) => (
            <label key={um}>
              <input type="radio" name="cartao" value={um} checked={cartao === um} onChange={() => setCartao(um)} />
              {t(`cartoes.${um}`)}
            </label>
          ))}
        </fieldset>
      )}
      {pixAberto ? (
        <MostrarPix
          key={andamento.pix.codigo}
          pix={andamento.pix}
          ocupado={pagar.isPending}
          gerar={() => pagar.mutate()}
        />
      ) : (
        <>
          {escolhido === 'PIX' && houvePix && !pagar.isPending && <Aviso tom="espera" titulo={t('pagar.pixVencido')} />}
          <div>
            <Botao type="submit" ocupado={pagar.isPending}>
              {t(escolhido === 'CARTAO' ? 'pagar.pagar' : houvePix ? 'pagar.pixNovo' : 'pagar.gerarPix')}
            </Botao>
          </div>
        </>
      )}
      <p className={comum['suave']}>{t('pagar.emulador')}</p>
    </form>
  );
}

function MostrarPix({ pix, ocupado, gerar }: { pix: Pix; ocupado: boolean; gerar: () => void }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { alvo, copiado, copiar } = useCopia<HTMLElement>();
  useAgora(1_000);
  if (pix.venceEm <= agora())
    return (
      <Aviso tom="espera" titulo={t('pagar.pixVencido')}>
        <div>
          <Botao ocupado={ocupado} onClick={gerar}>
            {t('pagar.pixNovo')}
          </Botao>
        </div>
      </Aviso>
    );
  return (
    <div className={estilo['pix']}>
      <p>
        {t('pagar.pixAte', { hora: hora(pix.venceEm, fusoDaqui(), idioma) })}{' '}
        <span className={comum['suave']}>{t('pagar.aoFim')}</span>
      </p>
      <Qr texto={pix.codigo} rotulo={t('pagar.pixQr')} />
      <code ref={alvo} className={estilo['codigo']}>
        {pix.codigo}
      </code>
      <div className={comum['linha']}>
        <Botao onClick={copiar}>{t('pagar.pixCopiar')}</Botao>
        <a href={pix.pagina} target="_blank" rel="noopener noreferrer" className={classeDeBotao('secundario')}>
          {t('pagar.pixBanco')}
        </a>
      </div>
      <p role="status">{copiado && t('pagar.pixCopiado')}</p>
    </div>
  );
}
