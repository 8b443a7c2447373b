import { useEffect, useRef, useState } from 'react';
import { Aviso, Botao, contagem, Falha } from '@plataforma/kit';
import { type Adiado, desfazer, fazerJa, useAdiados } from '../adiados.js';
import { useTextos } from '../textos/index.js';
import estilo from '../casca.module.css';

/** What was asked for and can still be taken back, on whatever screen one is meanwhile. */
export function Desfaziveis() {
  return useAdiados().map((um) => <Desfazivel key={um.id} adiado={um} />);
}

function Desfazivel({ adiado: { id, titulo, ateMs, fazendo, erro } }: { adiado: Adiado }) {
  const t = useTextos();
  const caixa = useRef<HTMLDivElement>(null);
  const [resta, setResta] = useState(() => ateMs - performance.now());
  useEffect(() => {
    const andando = setInterval(() => setResta(ateMs - performance.now()), 500);
    return () => clearInterval(andando);
  }, [ateMs]);
  // What was pressed is gone: whoever uses the keyboard goes on from here.
  useEffect(() => caixa.current?.querySelector('button')?.focus(), []);
  return (
    <div ref={caixa} className={estilo['desfazivel']}>
      {erro === undefined ? (
        <Aviso tom="espera" titulo={titulo}>
          <p>
            {t('desfazer.ate')}{' '}
            <strong role="timer" aria-live="off">
              {contagem(resta)}
            </strong>
          </p>
          <div className={estilo['acoes']}>
            <Botao disabled={fazendo} onClick={() => desfazer(id)}>
              {t('desfazer.desfazer')}
            </Botao>
            <Botao forma="secundario" ocupado={fazendo} onClick={() => void fazerJa(id)}>
              {t('desfazer.ja')}
            </Botao>
          </div>
        </Aviso>
      ) : (
        <>
          <Falha erro={erro} />
          <Botao forma="secundario" onClick={() => desfazer(id)}>
            {t('desfazer.entendi')}
          </Botao>
        </>
      )}
    </div>
  );
}
