import { render } from 'preact';
import { config } from 'zod/mini';
import { App } from './app.js';
import { registerToolkit } from './components/toolkit.js';
import { listen, post } from './host.js';
import { receiveResult } from './results/result-bytes.js';
import { Store } from './store.js';
import './styles/base.css';
import './styles/header.css';
import './styles/menu.css';
import './styles/transcript.css';
import './styles/markdown.css';
import './styles/call.css';
import './styles/call-output.css';
import './styles/results.css';
import './styles/composer.css';
import './styles/empty.css';

// The page's policy forbids making code from text; the validator is told so, and doesn't try.
config({ jitless: true });
registerToolkit();

const store = new Store();
listen(
  (message) => (message.type === 'result' ? receiveResult(message) : store.receive(message)),
  () => store.receive({ type: 'announce', text: 'A message of the editor could not be understood.' }),
);
const root = document.getElementById('root');
if (root) render(<App store={store} />, root);
post({ type: 'ready' });
