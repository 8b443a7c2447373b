import type { EspacoHttp } from '@plataforma/contracts';
import { Campo, Escolha } from '@plataforma/kit';
import { type Busca, TIPOS } from '../endereco.js';
import { useTextos } from '../textos/index.js';

interface Filtro<V> {
  readonly valor: V | undefined;
  readonly mudar: (valor: V | undefined) => void;
}

/** Where there is a space; the city that an address names is among them in any case. */
export function FiltroDeCidade({
  espacos,
  valor,
  mudar,
}: Filtro<string> & { readonly espacos: readonly Pick<EspacoHttp, 'cidade'>[] }) {
  const t = useTextos();
  const cidades = espacos.map(({ cidade }) => cidade);
  const todas = new Set(valor === undefined ? cidades : [...cidades, valor]);
  return (
    <Escolha rotulo={t('busca.cidade')} value={valor ?? ''} onChange={({ target }) => mudar(target.value || undefined)}>
      <option value="">{t('busca.qualquerCidade')}</option>
      {[...todas]
        .sort((a, b) => a.localeCompare(b))
        .map((cidade) => (
          <option key={cidade}>{cidade}</option>
        ))}
    </Escolha>
  );
}

export function FiltroDeTipo({ valor, mudar }: Filtro<NonNullable<Busca['tipo']>>) {
  const t = useTextos();
  return (
    <Escolha
      rotulo={t('busca.tipo')}
      value={valor ?? ''}
      onChange={({ target }) => mudar(TIPOS.find((tipo) => tipo === target.value))}
    >
      <option value="">{t('busca.qualquerTipo')}</option>
      {TIPOS.map((tipo) => (
        <option key={tipo} value={tipo}>
          {t(`tipos.${tipo}`)}
        </option>
      ))}
    </Escolha>
  );
}

export function FiltroDePessoas({ valor, mudar }: Filtro<number>) {
  const t = useTextos();
  return (
    <Campo
      rotulo={t('busca.pessoas')}
      type="number"
      inputMode="numeric"
      min={1}
      max={100_000}
      value={valor ?? ''}
      onChange={({ target }) => mudar(Number(target.value) || undefined)}
    />
  );
}
