/** A browser's share of HTTP: cookies per host, no automatic redirects, and a record of every body. */

export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
}

/** A refusal of the provider, as the problem details say it. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, url: string) {
    super(`${status} ${code} from ${url}`);
    this.status = status;
    this.code = code;
  }
}

export class HttpClient {
  /** Everything sent and received so far. */
  readonly exchanges: Exchange[] = [];
  /** Every request as it was sent, answered or not. */
  readonly attempts: { readonly method: string; readonly url: string }[] = [];
  /** Called when a request is on its way. */
  onSent: (method: string, url: string) => void = () => {};
  /** When a request got no answer: resolves to whether to send it once more. */
  onLost: (error: unknown) => Promise<boolean> = async () => false;
  readonly #cookies = new Map<string, Map<string, string>>();

  /** One request; redirects are returned, not followed. */
  async request(method: string, url: string, body?: Uint8Array | object): Promise<Response> {
    const { host, origin } = new URL(url);
    const bytes = body instanceof Uint8Array ? body : body && new TextEncoder().encode(JSON.stringify(body));
    const headers: Record<string, string> = { origin, 'x-blindsight': '1', cookie: this.#cookieHeader(host) };
    if (bytes) headers['content-type'] = body === bytes ? 'application/octet-stream' : 'application/json';
    const { response, received } = await this.#exchange(url, {
      method,
      headers,
      redirect: 'manual',
      body: (bytes as BodyInit) ?? null,
    });
    this.#keepCookies(host, response.headers.getSetCookie());

    this.exchanges.push({ method, url, status: response.status, sent: bytes ?? new Uint8Array(), received });
    const init = { status: response.status, headers: response.headers };
    return new Response(response.status === 204 || response.status === 304 ? null : received, init);
  }

  /** One request up to the last byte of its answer. */
  async #exchange(
    url: string,
    init: RequestInit,
  ): Promise<{ response: Response; received: Uint8Array<ArrayBuffer> }> {
    for (;;) {
      const method = init.method ?? 'GET';
      this.attempts.push({ method, url });
      try {
        const answering = fetch(url, init);
        this.onSent(method, url);
        const response = await answering;
        return { response, received: new Uint8Array(await response.arrayBuffer()) };
      } catch (error) {
        if (!(await this.onLost(error))) throw error;
      }
    }
  }

  /** A request that must succeed, with a JSON answer (`undefined` for an empty one). */
  async json<T>(method: string, url: string, body?: Uint8Array | object): Promise<T> {
    const response = await this.bytes(method, url, body);
    return (response.length > 0 ? JSON.parse(new TextDecoder().decode(response)) : undefined) as T;
  }

  /** A request that must succeed, with the bytes of its answer. @throws {HttpRefusal} */
  async bytes(method: string, url: string, body?: Uint8Array | object): Promise<Uint8Array> {
    const response = await this.request(method, url, body);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    const problem = (await response.json().catch(() => ({}))) as { code?: string };
    throw new HttpRefusal(response.status, problem.code ?? 'unknown', url);
  }

  /** Follows redirects from `url` until one leads to a page, or to an address `stop` accepts. */
  async navigate(
    url: string,
    stop: (url: string) => boolean = () => false,
  ): Promise<{ url: string; response?: Response }> {
    for (let hops = 0; hops < 20; hops++) {
      if (stop(url)) return { url };
      const response = await this.request('GET', url);
      const location = response.headers.get('location');
      if (!location) return { url, response };
      url = new URL(location, url).href;
    }
    throw new Error(`too many redirects, last to ${url}`);
  }

  #cookieHeader(host: string): string {
    return [...(this.#cookies.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keepCookies(host: string, lines: readonly string[]): void {
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const gone = attributes.some((a) => /max-age=0|expires=thu, 01 jan 1970/i.test(a));
      if (gone || value === '') jar.delete(name.trim());
      else jar.set(name.trim(), value);
    }
  }
}
