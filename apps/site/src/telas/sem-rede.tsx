import { Aviso, classeDeBotao, data, fusoDaqui, hora, periodo, useIdioma } from '@plataforma/kit';
import { PAGINAS } from '@plataforma/contracts/paginas';
import { Link } from '@tanstack/react-router';
import { Qr } from '../componentes/qr.js';
import { lerGuardadas } from '../guardadas.js';
import { useTextos } from '../textos/index.js';
import pagar from './pagar.module.css';
import estilo from './telas.module.css';

/** One's coming bookings as this device keeps them, with what one is let in by. */
export function SemRede() {
  const t = useTextos();
  const idioma = useIdioma();
  const guardadas = lerGuardadas();
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.semRede')}</h1>
      {guardadas && (
        <Aviso
          tom="espera"
          titulo={t('semRede.como', {
            quando: `${data(guardadas.em, fusoDaqui(), idioma)}, ${hora(guardadas.em, fusoDaqui(), idioma)}`,
          })}
        >
          <p>{t('semRede.detalhe')}</p>
        </Aviso>
      )}
      {(guardadas?.itens.length ?? 0) === 0 && <p>{t('semRede.nenhuma')}</p>}
      {guardadas?.itens.map(({ id, inicio, fim, fuso, nome, onde, codigo }) => (
        <section key={id} className={estilo['folha']}>
          <h2>{nome}</h2>
          <p>{periodo(inicio, fim, fuso, idioma)}</p>
          <p className={estilo['suave']}>{onde}</p>
          {codigo !== null && (
            <>
              <Qr texto={codigo} rotulo={t('reserva.codigoQr')} />
              <p className={pagar['codigoGrande']}>{codigo.replace(/^(.{4})/, '$1-')}</p>
            </>
          )}
        </section>
      ))}
      <div>
        <Link to={PAGINAS.reservas} className={classeDeBotao('secundario')}>
          {t('semRede.deNovo')}
        </Link>
      </div>
    </div>
  );
}
