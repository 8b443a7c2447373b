import { useEffect, useState } from 'react';
import { Botao, Campo, CampoDeSenha } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import estilo from './painel.module.css';

/** What a second factor is proved by. */
export type Codigo = { readonly codigo: string } | { readonly codigoRecuperacao: string };

/** Asks for a code of the authenticator, or for one of those that were kept for when it is lost. */
export function FormularioDeCodigo({
  deRecuperacao: so = false,
  ocupado,
  provar,
}: {
  deRecuperacao?: boolean;
  ocupado: boolean;
  provar: (codigo: Codigo) => void;
}) {
  const t = useTextos();
  const [dito, setDito] = useState('');
  const [deRecuperacao, setDeRecuperacao] = useState(so);
  useEffect(() => document.getElementById('codigo')?.focus(), [deRecuperacao]);
  return (
    <form
      className={estilo['pilha']}
      onSubmit={(evento) => {
        evento.preventDefault();
        provar(deRecuperacao ? { codigoRecuperacao: dito.trim() } : { codigo: dito.trim() });
      }}
    >
      <Campo
        rotulo={t(deRecuperacao ? 'prova.recuperacao' : 'prova.codigo')}
        id="codigo"
        required
        inputMode={deRecuperacao ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        value={dito}
        onChange={({ target }) => setDito(target.value)}
      />
      <div className={estilo['linha']}>
        <Botao type="submit" ocupado={ocupado}>
          {t('prova.continuar')}
        </Botao>
        <Botao forma="leve" onClick={() => setDeRecuperacao(!deRecuperacao)}>
          {t(deRecuperacao ? 'prova.usarCodigo' : 'prova.usarRecuperacao')}
        </Botao>
      </div>
    </form>
  );
}

/** Asks for the password. */
export function FormularioDeSenha({
  rotulo,
  ocupado,
  provar,
}: {
  rotulo: string;
  ocupado: boolean;
  provar: (senha: string) => void;
}) {
  const t = useTextos();
  const [senha, setSenha] = useState('');
  return (
    <form
      className={estilo['pilha']}
      onSubmit={(evento) => {
        evento.preventDefault();
        provar(senha);
      }}
    >
      <CampoDeSenha rotulo={rotulo} id="senha" value={senha} mudar={setSenha} />
      <div>
        <Botao type="submit" ocupado={ocupado}>
          {t('prova.continuar')}
        </Botao>
      </div>
    </form>
  );
}
