/** The OpenAPI document of the REST routes. */
import { ERRORS, type ErrorCode } from "../../src/protocol/codes.ts";
import { schemasOf, referenceTo } from "./json-schema.ts";
import { commonErrors, operations, type Operation } from "./operations.ts";
import { overview } from "./overview.ts";
import { parameters } from "./parameters.ts";
import { restComponents } from "./rest-components.ts";

/** The document, as plain data. */
export function openApiDocument(version: string) {
  return {
    openapi: "3.1.1",
    info: {
      title: "BizBuch chat API",
      version,
      license: { name: "MIT", identifier: "MIT" },
      description: overview,
    },
    servers: [
      { url: "/api/chat", description: "The REST routes." },
      { url: "/chat", description: "The same routes, for clients whose base URL has no /api." },
    ],
    security: [{ bearer: [] }],
    tags: [
      { name: "Conversations", description: "Who talks with whom." },
      { name: "Users", description: "Whom to talk with." },
      { name: "Messages", description: "What they say, and what of it has been read." },
    ],
    paths: paths(),
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "A token of the host application: `Authorization: Bearer <token>`.",
        },
      },
      parameters,
      headers,
      schemas: schemasOf(restComponents),
    },
  };
}

const headers = {
  RetryAfter: {
    description: "Seconds after which to try again.",
    schema: { type: "integer", minimum: 1 },
  },
  WwwAuthenticate: { description: "Always `Bearer`.", schema: { type: "string", const: "Bearer" } },
};

function paths() {
  const grouped: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = (grouped[operation.path] ??= {});
    if (operation.path.includes("{id}")) path["parameters"] = [parameterRef("ConversationId")];
    path[operation.method] = describeOperation(operation);
  }
  return grouped;
}

function describeOperation(operation: Operation) {
  const { operationId, summary, description, body } = operation;
  return {
    operationId,
    tags: [operation.tag],
    summary,
    description,
    ...(operation.parameters === undefined ? {} : { parameters: operation.parameters.map(parameterRef) }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.required, content: json(body.component) } }),
    responses: {
      ...Object.fromEntries(
        operation.successes.map(([status, component, when]) => [
          String(status),
          { description: when, content: json(component) },
        ]),
      ),
      ...errorResponses([...operation.errors, ...commonErrors]),
    },
  };
}

/** One response for each status that the codes have, with an example of each code. */
function errorResponses(codes: readonly ErrorCode[]) {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => ERRORS[code].status === status);
      const header =
        status === 401
          ? { "WWW-Authenticate": headerRef("WwwAuthenticate") }
          : status === 429 || status === 503
            ? { "Retry-After": headerRef("RetryAfter") }
            : null;
      return [
        String(status),
        {
          description: ofStatus.map((code) => `\`${code}\``).join(" or "),
          ...(header === null ? {} : { headers: header }),
          content: {
            "application/json": {
              schema: referenceTo("Error"),
              examples: Object.fromEntries(
                ofStatus.map((code) => [code, { value: { code, message: ERRORS[code].message } }]),
              ),
            },
          },
        },
      ];
    }),
  );
}

function json(component: string) {
  const example = restComponents[component]?.example;
  return {
    "application/json": { schema: referenceTo(component), ...(example === undefined ? {} : { example }) },
  };
}

function parameterRef(name: keyof typeof parameters) {
  return { $ref: `#/components/parameters/${name}` };
}

function headerRef(name: keyof typeof headers) {
  return { $ref: `#/components/headers/${name}` };
}
