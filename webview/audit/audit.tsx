import { render } from 'preact';
import { config } from 'zod/mini';
import { registerToolkit } from '../components/toolkit.js';
import { listen, post } from './host.js';
import { Page } from './page.js';
import { Store } from './store.js';
import '../styles/base.css';
import '../styles/call.css';
import '../styles/call-output.css';
import '../styles/menu.css';
import '../styles/audit.css';
import '../styles/audit-chart.css';
import '../styles/audit-list.css';
import '../styles/audit-details.css';

// The page's policy forbids making code from text; the validator is told so, and doesn't try.
config({ jitless: true });
registerToolkit();

const store = new Store(post);
listen(
  (message) => store.receive(message),
  () => store.receive({ type: 'announce', text: 'A message of the editor could not be understood.' }),
);
const root = document.getElementById('root');
if (root) render(<Page store={store} post={post} />, root);
store.start();
