import { type ReactNode, useId, useState } from 'react';
import type { Direito } from '@plataforma/contracts/politica';
import { Botao, classeDeBotao, Dialogo, Falha, useUmaVez } from '@plataforma/kit';
import { quemPode, usePode } from '../acesso.js';
import { useTextos } from '../textos/index.js';
import estilo from './painel.module.css';

type Forma = 'primario' | 'secundario' | 'perigo' | 'leve';

/** A button of what needs a right; without it, or when it cannot be now, it stays and says why. */
export function BotaoDe({
  direito,
  impedido,
  forma = 'secundario',
  onClick,
  children,
}: {
  direito: Direito;
  /** Why not, whoever asks. */
  impedido?: string | false | undefined;
  forma?: Forma;
  onClick: () => void;
  children: ReactNode;
}) {
  const t = useTextos();
  const pode = usePode();
  const id = useId();
  const porque = pode(direito) ? impedido : t('acesso.so', { papeis: quemPode(direito).join(', ') });
  if (porque === undefined || porque === false)
    return (
      <Botao forma={forma} onClick={onClick}>
        {children}
      </Botao>
    );
  return (
    <span className={estilo['negado']}>
      <button type="button" className={classeDeBotao(forma)} aria-disabled="true" aria-describedby={id}>
        {children}
      </button>
      <small id={id}>{porque}</small>
    </span>
  );
}

/** Several lines of text. */
export function Texto({
  rotulo,
  dica,
  valor,
  mudar,
  exigido = false,
  maximo = 500,
}: {
  rotulo: string;
  dica?: string;
  valor: string;
  mudar: (valor: string) => void;
  exigido?: boolean;
  /** Characters. */
  maximo?: number;
}) {
  const id = useId();
  return (
    <div className={estilo['pilha']}>
      <label htmlFor={id}>
        <strong>{rotulo}</strong>
      </label>
      <textarea
        id={id}
        className={estilo['texto']}
        required={exigido}
        maxLength={maximo}
        aria-describedby={dica === undefined ? undefined : `${id}-dica`}
        value={valor}
        onChange={({ target }) => mudar(target.value)}
      />
      {dica !== undefined && (
        <span className={estilo['suave']} id={`${id}-dica`}>
          {dica}
        </span>
      )}
    </div>
  );
}

/** What is about to be done: its effect first, a reason where one is kept, and only then the doing. */
export function Acao({
  titulo,
  motivo,
  perigo = false,
  rotulo,
  impedida = false,
  agir,
  feito,
  fechar,
  children,
}: {
  titulo: string;
  motivo?: 'exigido' | 'opcional';
  perigo?: boolean;
  rotulo: string;
  /** Not yet: what it would do is not known. */
  impedida?: boolean;
  agir: (motivo: string) => Promise<unknown>;
  feito?: () => void;
  fechar: () => void;
  children?: ReactNode;
}) {
  const t = useTextos();
  const id = useId();
  const [dito, setDito] = useState('');
  const fazer = useUmaVez({
    mutationFn: () => agir(dito.trim()),
    onSuccess: () => {
      feito?.();
      fechar();
    },
  });
  return (
    <Dialogo
      titulo={titulo}
      fechar={fechar}
      acoes={
        <>
          <Botao form={id} type="submit" forma={perigo ? 'perigo' : 'primario'} ocupado={fazer.isPending || impedida}>
            {rotulo}
          </Botao>
          <Botao forma="leve" onClick={fechar}>
            {t('acao.desistir')}
          </Botao>
        </>
      }
    >
      <form
        id={id}
        className={estilo['pilha']}
        onSubmit={(evento) => {
          evento.preventDefault();
          if (!impedida) fazer.mutate();
        }}
      >
        {children}
        {motivo && (
          <Texto
            rotulo={t('acao.motivo')}
            dica={t(motivo === 'exigido' ? 'acao.motivoFica' : 'acao.motivoOpcional')}
            exigido={motivo === 'exigido'}
            valor={dito}
            mudar={setDito}
          />
        )}
        {fazer.error && <Falha erro={fazer.error} />}
      </form>
    </Dialogo>
  );
}
