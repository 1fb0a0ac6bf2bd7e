// Printing: the tree is drawn as far as paper makes sense.

{
  const PRINTED = 2000;
  addEventListener("beforeprint", () => tree.drawRest(PRINTED));
}
