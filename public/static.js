// Shows what the form holds; a real page would just let it be sent.
const form = document.getElementById('form');
const element = document.querySelector('bucket-drop');
const sent = document.getElementById('sent');

// `?theme=dark&locale=de_DE&transfer=uppy-aws-s3`: to try the attributes without editing this page.
for (const [name, value] of new URLSearchParams(location.search))
  if (['kind', 'theme', 'locale', 'transfer', 'auto-upload', 'stored-files'].includes(name))
    element.setAttribute(name, value);

element.addEventListener('bucketdrop-uploaded', ({ detail }) => {
  console.info(`${detail.file.name} is stored as ${detail.object.key}`);
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const items = [...new FormData(form)].map(([name, value]) => {
    const item = document.createElement('li');
    item.textContent = `${name}: ${value.length > 60 ? `${value.slice(0, 60)}…` : value}`;
    return item;
  });
  sent.querySelector('ul').replaceChildren(...items);
  sent.hidden = false;
});
