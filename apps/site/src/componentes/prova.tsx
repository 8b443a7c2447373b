import { useState } from 'react';
import type { DesafioHttp, SegundoFatorHttp } from '@plataforma/contracts';
import { Botao, Campo, desistiu, Falha, haChavesDeAcesso, provarPorChave, useEnvio } from '@plataforma/kit';
import estilo from '../telas/telas.module.css';
import { useTextos } from '../textos/index.js';

export type Prova = Omit<SegundoFatorHttp, 'desafio'>;

/** A second factor, by whichever the account has: an authenticator's code, a passkey, or a code of recovery. */
export function ProvarFator({
  desafio: { fatores, chaveDeAcesso },
  provar,
  feito,
  falha,
}: {
  desafio: Pick<DesafioHttp, 'fatores' | 'chaveDeAcesso'>;
  provar: (prova: Prova) => Promise<unknown>;
  feito?: () => void;
  /** What to do about it when the challenge itself holds no more. */
  falha?: (erro: unknown) => (() => void) | undefined;
}) {
  const t = useTextos();
  const porCodigo = fatores.includes('TOTP');
  const porChave = chaveDeAcesso !== null && fatores.includes('CHAVE_DE_ACESSO') && haChavesDeAcesso();
  const [codigo, setCodigo] = useState('');
  const [deRecuperacao, setDeRecuperacao] = useState(!porCodigo && !porChave);
  const comCodigo = porCodigo || deRecuperacao;
  const envio = useEnvio((prova: Prova) => provar(prova), feito);
  const chave = useEnvio(async () => {
    await provar({ credencial: await provarPorChave(chaveDeAcesso ?? {}) });
    feito?.();
  });
  const erro = envio.falha ?? (desistiu(chave.falha) ? undefined : chave.falha);
  const deNovo = erro === undefined ? undefined : falha?.(erro);
  return (
    <>
      {erro !== undefined && <Falha erro={erro} {...(deNovo && { deNovo })} />}
      {porChave && (
        <div>
          <Botao
            forma={comCodigo ? 'secundario' : 'primario'}
            ocupado={chave.ocupado}
            onClick={() => chave.enviar(undefined)}
          >
            {t('segundoFator.usarChave')}
          </Botao>
        </div>
      )}
      {comCodigo && (
        <form
          className={estilo['pilha']}
          onSubmit={(evento) => {
            evento.preventDefault();
            const dito = codigo.trim();
            envio.enviar(undefined, deRecuperacao ? { codigoRecuperacao: dito } : { codigo: dito.replace(/\s/g, '') });
          }}
        >
          <Campo
            key={String(deRecuperacao)}
            rotulo={t(deRecuperacao ? 'segundoFator.recuperacao' : 'segundoFator.codigo')}
            id="codigo"
            required
            inputMode={deRecuperacao ? 'text' : 'numeric'}
            autoComplete="one-time-code"
            dica={t(deRecuperacao ? 'segundoFator.recuperacaoDica' : 'segundoFator.codigoDica')}
            value={codigo}
            onChange={({ target }) => setCodigo(target.value)}
          />
          <div>
            <Botao type="submit" ocupado={envio.ocupado}>
              {t('segundoFator.continuar')}
            </Botao>
          </div>
        </form>
      )}
      <div className={estilo['linha']}>
        {porCodigo && deRecuperacao && (
          <Botao forma="leve" onClick={() => setDeRecuperacao(false)}>
            {t('segundoFator.usarCodigo')}
          </Botao>
        )}
        {!deRecuperacao && fatores.includes('CODIGO_DE_RECUPERACAO') && (
          <Botao forma="leve" onClick={() => setDeRecuperacao(true)}>
            {t('segundoFator.usarRecuperacao')}
          </Botao>
        )}
      </div>
    </>
  );
}
