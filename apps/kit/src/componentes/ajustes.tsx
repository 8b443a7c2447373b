import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { type Idioma, IDIOMAS, NOMES_DE_IDIOMAS, useIdioma, useTrocarIdioma } from '../idioma.js';
import { type Tema, temaGuardado, vestir } from '../tema.js';
import type { Sessao } from '../sessao.js';
import { useTextosDoKit } from '../textos.js';
import estilo from './ajustes.module.css';

const TEMAS: readonly Tema[] = ['sistema', 'claro', 'escuro'];

/** Language and looks, for whoever reads. */
export function Ajustes() {
  const t = useTextosDoKit();
  const idioma = useIdioma();
  const trocar = useTrocarIdioma();
  const [tema, setTema] = useState(temaGuardado);
  return (
    <div className={estilo['ajustes']}>
      <label>
        {t('ajustes.idioma')}
        <select value={idioma} onChange={({ target }) => trocar(target.value as Idioma)}>
          {IDIOMAS.map((um) => (
            <option key={um} value={um} lang={um}>
              {NOMES_DE_IDIOMAS[um]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('ajustes.tema')}
        <select
          value={tema}
          onChange={({ target }) => {
            vestir(target.value as Tema);
            setTema(target.value as Tema);
          }}
        >
          {TEMAS.map((um) => (
            <option key={um} value={um}>
              {t(`temas.${um}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** The first thing that the keyboard reaches: past the menu. */
export function Pular({ para }: { para: string }) {
  const t = useTextosDoKit();
  return (
    <a className={estilo['pular']} href={`#${para}`}>
      {t('ajustes.pular')}
    </a>
  );
}

const ouvirRede = (ouvir: () => void) => {
  addEventListener('online', ouvir);
  addEventListener('offline', ouvir);
  return () => {
    removeEventListener('online', ouvir);
    removeEventListener('offline', ouvir);
  };
};

/** @param aindaAssim what can be had without a network */
export function SemRede({ aindaAssim }: { aindaAssim?: ReactNode }) {
  const t = useTextosDoKit();
  const ligado = useSyncExternalStore(ouvirRede, () => navigator.onLine);
  return (
    <div role="status">
      {!ligado && (
        <p className={estilo['semRede']}>
          {t('ajustes.semRede')} {aindaAssim}
        </p>
      )}
    </div>
  );
}

/** Whoever logged out and may leave the device to others is told that the server did not hear of it yet. */
export function SaiuSoAqui({ sessao }: { sessao: Sessao }) {
  const t = useTextosDoKit();
  if (sessao.estado !== 'ANONIMA' || !sessao.porEncerrar) return null;
  return (
    <p className={estilo['semRede']} role="alert">
      {t('ajustes.saiuSoAqui')}
    </p>
  );
}
