/* The link in the e-mail carries its secret behind the #: it never reaches a server's log. */
"use strict";

const form = document.getElementById("sign-in-link");
const secret = window.location.hash.slice(1);
if (form && secret) {
  form.elements.link.value = secret;
  form.hidden = false;
  form.querySelector("button").focus();
  // Nor does it stay in the address bar and the history.
  window.history.replaceState(null, "", window.location.pathname);
}
