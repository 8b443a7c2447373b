import { describe, expect, it } from '@jest/globals';
import { linesOf } from './diff.ts';

const diff = `diff --git a/services/x/src/domain/um.ts b/services/x/src/domain/um.ts
index 1..2 100644
--- a/services/x/src/domain/um.ts
+++ b/services/x/src/domain/um.ts
@@ -3 +3 @@ function um() {
-  antes
+  depois
@@ -10,0 +11,3 @@
+a
+++ b
+c
@@ -20,2 +23,0 @@
-x
-y
diff --git a/libs/dois.ts b/libs/dois.ts
--- /dev/null
+++ b/libs/dois.ts
@@ -0,0 +1,2 @@
+um
+dois`;

describe('As linhas que mudaram', () => {
  it('são as que um diff põe, de cada arquivo; onde só se tira nada há que mudar', () => {
    expect(linesOf(diff)).toEqual([
      'services/x/src/domain/um.ts:3-3',
      'services/x/src/domain/um.ts:11-13',
      'libs/dois.ts:1-2',
    ]);
    expect(linesOf('')).toEqual([]);
  });
});
