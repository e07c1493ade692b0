// An ordinary OpenID Connect client (openid-client, certified by the OpenID Foundation) signs in and calls.
//
//     ISSUER=… BOX_URL=… CLIENT=… SECRET=… PERSON=… node oidc.mjs
import * as client from "openid-client";

const { ISSUER, BOX_URL, CLIENT, SECRET, PERSON } = process.env;
const REDIRECT = "http://127.0.0.1:65000/back";
const plain = { execute: [client.allowInsecureRequests] };

async function call(config, tokens, path) {
  const answer = await client.fetchProtectedResource(
    config, tokens.access_token, new URL(path, BOX_URL), "GET",
  );
  return answer.status;
}

async function asMachine() {
  const config = await client.discovery(new URL(ISSUER), CLIENT, SECRET, undefined, plain);
  const tokens = await client.clientCredentialsGrant(config);
  return { type: tokens.token_type, called: await call(config, tokens, "/api/credit-rating/schemes") };
}

// Does what a person does in a browser: reads the page, presses the button of a person.
async function pressed(address) {
  const page = await (await fetch(address)).text();
  const form = new URLSearchParams({ person: PERSON });
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
    form.set(name, value.replaceAll("&amp;", "&"));
  }
  const back = await fetch(address.href.split("?")[0], { method: "POST", body: form, redirect: "manual" });
  return new URL(back.headers.get("location"));
}

async function asPerson() {
  const config = await client.discovery(new URL(ISSUER), "stranger", undefined, client.None(), plain);
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const back = await pressed(address);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  const tokens = await client.authorizationCodeGrant(config, back, checks);
  const called = await call(config, tokens, "/api/estate-registry/contracts");
  const again = await client.authorizationCodeGrant(config, back, checks).catch((fault) => fault.error);
  return { subject: tokens.claims().sub, called, again, id_token: tokens.id_token };
}

console.log(JSON.stringify({ machine: await asMachine(), person: await asPerson() }));
