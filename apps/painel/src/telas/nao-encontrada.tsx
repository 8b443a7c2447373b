import { Link } from '@tanstack/react-router';
import { useTextos } from '../textos/index.js';

export function NaoEncontrada() {
  const t = useTextos();
  return (
    <>
      <h1>{t('naoEncontrada.titulo')}</h1>
      <p>{t('naoEncontrada.detalhe')}</p>
      <p>
        <Link to="/">{t('titulos.inicio')}</Link>
      </p>
    </>
  );
}
