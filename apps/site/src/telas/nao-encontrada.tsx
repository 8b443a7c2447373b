import { PAGINAS } from '@plataforma/contracts/paginas';
import { classeDeBotao } from '@plataforma/kit';
import { Link } from '@tanstack/react-router';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

export function NaoEncontrada() {
  const t = useTextos();
  return (
    <div className={estilo['coluna']}>
      <h1>{t('naoEncontrada.titulo')}</h1>
      <p>{t('naoEncontrada.detalhe')}</p>
      <div>
        <Link to={PAGINAS.inicio} className={classeDeBotao()}>
          {t('naoEncontrada.voltar')}
        </Link>
      </div>
    </div>
  );
}
