import { Falha } from '@plataforma/kit';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

/** A screen that failed, or that could not be loaded: what a new version took away comes with a new document. */
export function Quebrada({ error }: ErrorComponentProps) {
  const t = useTextos();
  return (
    <div className={estilo['coluna']}>
      <h1>{t('falha.titulo')}</h1>
      <Falha erro={error} deNovo={() => location.reload()} />
    </div>
  );
}
