// The service worker of the page that keeps registers without a network. It holds that one page and what it is drawn with, and
// nobody's name. The server puts two constants in front: VERSION, and FILES, whose first is the page.
const CACHE = `registers-${VERSION}`;

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const takeOver = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("registers-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  const file = pathname === FILES[0] ? pathname : pathname + search; // which register is opened is the page's own affair
  if (event.request.method !== "GET" || origin !== self.location.origin || !FILES.includes(file)) {
    return;
  }
  const answer = async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(file, { ignoreVary: true })) ?? fetch(event.request);
  };
  event.respondWith(answer());
});
