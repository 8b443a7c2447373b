import { useState } from 'react';
import { Botao, Falha, useUmaVez } from '@plataforma/kit';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import estilo from './painel.module.css';

/** Of the longer side: the server makes nothing larger of it. */
const LADO_MAXIMO = 1_600;
const MAXIMO = 20;

/** The photos of a space, the first of which stands for it: sent as they are chosen, in an order that buttons change. */
export function Fotos({ fotos, mudar }: { fotos: readonly string[]; mudar: (fotos: string[]) => void }) {
  const t = useTextos();
  const [dito, setDito] = useState('');
  const enviar = useUmaVez<string[], readonly File[]>({
    mutationFn: async (arquivos) => {
      const enviadas: string[] = [];
      for (const arquivo of arquivos) {
        const conteudo = await emBase64(await menor(arquivo));
        enviadas.push((await api('POST /v1/fotos', { corpo: { conteudo } })).body.foto);
      }
      return enviadas;
    },
    onSuccess: (enviadas) => {
      setDito(t('espacos.fotosEnviadas', { quantas: enviadas.length }));
      mudar([...new Set([...fotos, ...enviadas])].slice(0, MAXIMO));
    },
  });
  const trocar = (i: number) => {
    const novas = [...fotos];
    const [foto] = novas.splice(i, 1);
    if (foto !== undefined) mudar([...novas.slice(0, i - 1), foto, ...novas.slice(i - 1)]);
  };
  return (
    <fieldset className={estilo['folha']}>
      <legend>
        <strong>{t('espacos.fotos')}</strong>
      </legend>
      <label className={estilo['pilha']}>
        <span>{t('espacos.enviarFotos')}</span>
        <input
          type="file"
          accept="image/jpeg,image/png,image/webp"
          multiple
          disabled={enviar.isPending || fotos.length >= MAXIMO}
          onChange={({ target }) => {
            const arquivos = [...(target.files ?? [])].slice(0, MAXIMO - fotos.length);
            target.value = '';
            if (arquivos.length > 0) enviar.mutate(arquivos);
          }}
        />
        <span className={estilo['suave']}>{t('espacos.quaisFotos')}</span>
      </label>
      <p role="status">{enviar.isPending ? t('espacos.enviando') : dito}</p>
      {enviar.error && <Falha erro={enviar.error} />}
      <ul className={estilo['fotos']}>
        {fotos.map((foto, i) => (
          <li key={foto}>
            <img src={foto} alt={t('espacos.foto', { numero: i + 1 })} width={160} height={107} loading="lazy" />
            <span className={estilo['linha']}>
              {i > 0 && (
                <Botao forma="leve" aria-label={t('espacos.antesFoto', { numero: i + 1 })} onClick={() => trocar(i)}>
                  ←
                </Botao>
              )}
              <Botao
                forma="leve"
                aria-label={t('espacos.tirarFoto', { numero: i + 1 })}
                onClick={() => mudar(fotos.filter((outra) => outra !== foto))}
              >
                {t('espacos.tirarRegra')}
              </Botao>
            </span>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

/** Made smaller here where the browser can read it, so that a phone's photo is soon sent; else the server judges it as it is. */
async function menor(arquivo: File): Promise<Blob> {
  let imagem: ImageBitmap;
  try {
    imagem = await createImageBitmap(arquivo);
  } catch {
    return arquivo;
  }
  const escala = LADO_MAXIMO / Math.max(imagem.width, imagem.height);
  if (escala >= 1) return arquivo;
  const tela = new OffscreenCanvas(Math.round(imagem.width * escala), Math.round(imagem.height * escala));
  tela.getContext('2d')?.drawImage(imagem, 0, 0, tela.width, tela.height);
  imagem.close();
  return tela.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}

const emBase64 = (arquivo: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const leitor = new FileReader();
    leitor.onload = () => resolve((leitor.result as string).replace(/^[^,]*,/, ''));
    leitor.onerror = () => reject(leitor.error ?? new Error('o arquivo não se lê'));
    leitor.readAsDataURL(arquivo);
  });
