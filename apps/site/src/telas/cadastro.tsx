import { useState } from 'react';
import { PAGINAS } from '@plataforma/contracts/paginas';
import { Botao, Campo, comoProblema, Falha, ResumoDeErros, useIdioma, useUmaVez } from '@plataforma/kit';
import { Link, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { abrirSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import { useSeguir } from './entrar.js';
import estilo from './telas.module.css';

const MINIMO = 15;

/** An account, and logged in with it; the letter that proves the address can be read later. */
export function Cadastro() {
  const t = useTextos();
  const idioma = useIdioma();
  const { volta } = useSearch({ from: PAGINAS.cadastro });
  const [nome, setNome] = useState('');
  const [email, setEmail] = useState('');
  const [senha, setSenha] = useState('');
  const [vista, setVista] = useState(false);
  const [faltas, setFaltas] = useState<Readonly<Record<string, string>>>({});
  const seguir = useSeguir();
  const criar = useUmaVez({
    mutationFn: async () => {
      await api('POST /v1/usuarios', { corpo: { nome, email, senha, idioma } });
      return (await api('POST /v1/sessoes', { corpo: { email, senha } })).body;
    },
    onSuccess: (resposta) => {
      if ('desafio' in resposta) return;
      abrirSessao(resposta);
      seguir();
    },
  });
  const recusa = criar.error ? comoProblema(criar.error) : undefined;
  const erros = { ...recusa?.campos, ...faltas };
  const enviar = (): void => {
    const novas = {
      ...(nome.trim() === '' && { nome: t('cadastro.faltaNome') }),
      ...(!/^\S+@\S+\.\S+$/.test(email.trim()) && { email: t('cadastro.faltaEmail') }),
      ...(senha.length < MINIMO && { senha: t('cadastro.senhaCurta', { minimo: MINIMO }) }),
    };
    setFaltas(novas);
    if (Object.keys(novas).length === 0 && !criar.isPending) criar.mutate();
  };
  // Somebody had an account already: it is not told whose, and its password is another.
  const existia = recusa?.code === 'auth.credenciais-invalidas';
  return (
    <div className={estilo['coluna']}>
      <h1>{t('cadastro.titulo')}</h1>
      <ResumoDeErros titulo={t('cadastro.erros')} erros={erros} />
      {criar.error && !existia && Object.keys(erros).length === 0 && <Falha erro={criar.error} />}
      {existia && <p role="alert">{t('cadastro.jaHavia')}</p>}
      <form
        className={estilo['pilha']}
        noValidate
        onSubmit={(evento) => {
          evento.preventDefault();
          enviar();
        }}
      >
        <Campo
          rotulo={t('cadastro.nome')}
          id="nome"
          autoComplete="name"
          maxLength={120}
          required
          erro={erros['nome']}
          value={nome}
          onChange={({ target }) => setNome(target.value)}
        />
        <Campo
          rotulo={t('entrar.email')}
          id="email"
          type="email"
          autoComplete="username"
          required
          erro={erros['email']}
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <Campo
          rotulo={t('entrar.senha')}
          id="senha"
          type={vista ? 'text' : 'password'}
          autoComplete="new-password"
          required
          dica={t('cadastro.senhaDica', { minimo: MINIMO })}
          erro={erros['senha']}
          value={senha}
          onChange={({ target }) => setSenha(target.value)}
        />
        <div className={estilo['linha']}>
          <Botao type="submit" ocupado={criar.isPending}>
            {t('cadastro.criar')}
          </Botao>
          <Botao forma="leve" aria-pressed={vista} onClick={() => setVista(!vista)}>
            {t('cadastro.verSenha')}
          </Botao>
        </div>
      </form>
      <p>
        {t('cadastro.temConta')}{' '}
        <Link to={PAGINAS.entrar} search={{ volta }}>
          {t('entrar.titulo')}
        </Link>
      </p>
    </div>
  );
}
