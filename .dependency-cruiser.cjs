/** The boundaries of architecture and style, enforced by `npm run check`. */
module.exports = {
  forbidden: [
    {
      name: 'sem-ciclos',
      comment: 'A cycle means that two modules are one; merge them or invert one of the dependencies.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'dominio-puro',
      comment:
        'The domain is pure TypeScript: nothing outside its folder, nothing of Node, no npm package but the calendar (only relogio asks it).',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^services/$1/src/domain/', '^node_modules/temporal-polyfill/'] },
    },
    {
      name: 'servicos-nao-se-conhecem',
      comment: 'Services meet in libs/contracts, over HTTP or RabbitMQ; never by import.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: ['^services/', '^bffs/'], pathNot: '^services/$1/' },
    },
    {
      name: 'bffs-nao-se-conhecem',
      severity: 'error',
      from: { path: '^bffs/([^/]+)/' },
      to: { path: ['^services/', '^bffs/'], pathNot: '^bffs/$1/' },
    },
    {
      name: 'contratos-so-com-zod',
      comment: 'What services share about each other must not drag anything else along.',
      severity: 'error',
      from: { path: '^libs/contracts/src/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/contracts/src/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'libs-nao-conhecem-aplicacoes',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: ['^services/', '^bffs/', '^apps/'] },
    },
    {
      name: 'paginas-so-conhecem-contratos',
      comment:
        'A page in the browser meets the rest over HTTP: it shares the contracts with it, and the kit with other pages.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/(src|vite)', pathNot: '\\.spec\\.ts$' },
      to: {
        path: ['^services/', '^bffs/', '^apps/', '^libs/'],
        pathNot: ['^apps/$1/', '^apps/kit/', '^libs/contracts/'],
      },
    },
    {
      name: 'pagina-sem-esquemas',
      comment: 'Of the contracts a browser carries what has no zod in it; everything else as types alone.',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/' },
      to: {
        path: '^libs/contracts/src/',
        pathNot: '/(ao-vivo|cliente|paginas|politica)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'aplicacao-nao-conhece-adaptadores',
      comment: 'Ports are bound to adapters in app.module.ts alone.',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/application/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^services/[^/]+/src/(infrastructure|presentation)/' },
    },
    {
      name: 'producao-sem-dependencias-de-desenvolvimento',
      severity: 'error',
      from: {
        path: '^(libs/(contracts|messaging|platform|trabalho)|services|bffs)/',
        pathNot: ['\\.spec\\.ts$', '/test/'],
      },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'comecar-sem-o-que-nao-se-usa',
      comment: 'Hundreds of files: loaded once somebody wants the document, or opens a database (ADR 53).',
      severity: 'error',
      from: { path: '^(libs|services|bffs)/[^/]+/src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '(^|/)node_modules/(@nestjs/swagger|typeorm)/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nada-sem-resolver',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    // Imports of types alone are dependencies of the design too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.lint.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
