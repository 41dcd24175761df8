/** For what no `Request` can be made of. */
export function nothingToAnswer(): Response {
  return Response.json({ error: { code: 'bad-request', message: 'this is no request' } }, { status: 400 });
}
