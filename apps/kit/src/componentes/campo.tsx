import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';
import estilo from './campo.module.css';

interface Partes {
  rotulo: string;
  dica?: ReactNode;
  erro?: string | undefined;
}
interface DaEntrada {
  id: string;
  className: string | undefined;
  'aria-invalid': boolean | undefined;
  'aria-describedby': string | undefined;
}

/** A label above what is to be filled in, and what is said of it below: heard together with it. */
function Moldura({
  id: dado,
  rotulo,
  dica,
  erro,
  children,
}: Partes & { id: string | undefined; children: (entrada: DaEntrada) => ReactNode }) {
  const gerado = useId();
  const id = dado ?? gerado;
  const descricoes = [dica != null && `${id}-dica`, erro !== undefined && `${id}-erro`].filter(Boolean);
  return (
    <div className={estilo['campo']}>
      <label className={estilo['rotulo']} htmlFor={id}>
        {rotulo}
      </label>
      {children({
        id,
        className: estilo['entrada'],
        'aria-invalid': erro !== undefined || undefined,
        'aria-describedby': descricoes.join(' ') || undefined,
      })}
      {dica != null && (
        <span className={estilo['dica']} id={`${id}-dica`}>
          {dica}
        </span>
      )}
      {erro !== undefined && (
        <span className={estilo['erro']} id={`${id}-erro`}>
          {erro}
        </span>
      )}
    </div>
  );
}

export const Campo = ({ rotulo, dica, erro, id, ...resto }: InputHTMLAttributes<HTMLInputElement> & Partes) => (
  <Moldura {...{ rotulo, dica, erro, id }}>{(entrada) => <input {...resto} {...entrada} />}</Moldura>
);

/** The password that one has, to prove who one is. */
export const CampoDeSenha = ({
  mudar,
  ...resto
}: Partes & { id?: string; value: string; mudar: (senha: string) => void }) => (
  <Campo
    {...resto}
    type="password"
    autoComplete="current-password"
    required
    onChange={({ target }) => mudar(target.value)}
  />
);

export const Escolha = ({
  rotulo,
  dica,
  erro,
  id,
  children,
  ...resto
}: SelectHTMLAttributes<HTMLSelectElement> & Partes) => (
  <Moldura {...{ rotulo, dica, erro, id }}>
    {(entrada) => (
      <select {...resto} {...entrada}>
        {children}
      </select>
    )}
  </Moldura>
);
