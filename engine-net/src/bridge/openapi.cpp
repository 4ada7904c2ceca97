#include "bridge/routes.hpp"

namespace engine_net::bridge {

std::string_view openapi() {
    return R"json({
"openapi": "3.0.3",
"info": {
  "title": "engine-net web bridge",
  "version": "1",
  "description": "Lobby, channels and what browsers need to watch matches. See engine-net/BRIDGE.md."
},
"paths": {
  "/healthz": {"get": {"summary": "The bridge's thread runs", "responses": {"200": {"description": "It does"}}}},
  "/readyz": {"get": {"summary": "Players may be sent to the server", "responses": {
    "200": {"description": "They may"}, "503": {"description": "Not yet, or it drains"}}}},
  "/metrics": {"get": {"summary": "What is counted, for Prometheus", "responses": {
    "200": {"description": "Metrics", "content": {"text/plain": {"schema": {"type": "string"}}}},
    "503": {"description": "The server does not answer"}}}},
  "/api/openapi.json": {"get": {"summary": "This text", "responses": {"200": {"description": "OpenAPI"}}}},
  "/api/rooms": {"get": {
    "summary": "The public rooms",
    "parameters": [
      {"name": "kind", "in": "query", "schema": {"type": "string"}, "description": "Only of this kind"},
      {"name": "name", "in": "query", "schema": {"type": "string"}, "description": "Only those whose name has this somewhere"},
      {"name": "open", "in": "query", "schema": {"type": "string", "enum": ["0", "1", "false", "true"]}, "description": "Whether one could join"},
      {"name": "sort", "in": "query", "schema": {"type": "string"}, "description": "id, name, players, capacity or age; after a - descending"},
      {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
      {"name": "per_page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}}
    ],
    "responses": {
      "200": {"description": "A page of them", "content": {"application/json": {"schema": {
        "type": "object", "required": ["rooms", "total", "page"], "properties": {
          "rooms": {"type": "array", "items": {"$ref": "#/components/schemas/Room"}},
          "total": {"type": "integer"}, "page": {"type": "integer"}}}}}},
      "304": {"description": "As the ETag says"},
      "400": {"$ref": "#/components/responses/Refused"},
      "403": {"$ref": "#/components/responses/Refused"}}}},
  "/api/rooms/{id}": {"get": {
    "summary": "One of them",
    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
    "responses": {
      "200": {"description": "The room", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Room"}}}},
      "304": {"description": "As the ETag says"},
      "404": {"$ref": "#/components/responses/Refused"}}}},
  "/api/kinds/{kind}/schema": {"get": {
    "summary": "How the feed of a kind of rooms is to be read",
    "parameters": [{"name": "kind", "in": "path", "required": true, "schema": {"type": "string"}}],
    "responses": {
      "200": {"description": "The schema", "content": {"application/json": {"schema": {"type": "object"}}}},
      "404": {"$ref": "#/components/responses/Refused"}}}},
  "/api/kinds/{kind}/prior": {"get": {
    "summary": "The codec's prior",
    "parameters": [{"name": "kind", "in": "path", "required": true, "schema": {"type": "string"}}],
    "responses": {
      "200": {"description": "Its bytes", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
      "204": {"description": "There is none"},
      "404": {"$ref": "#/components/responses/Refused"}}}},
  "/api/channels/{name}/events": {"get": {
    "summary": "What was said on a channel, when there is something",
    "parameters": [
      {"name": "name", "in": "path", "required": true, "schema": {"type": "string"}},
      {"name": "after", "in": "query", "schema": {"$ref": "#/components/schemas/Position"}},
      {"name": "wait", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 60, "default": 25}, "description": "Seconds"},
      {"name": "name", "in": "query", "schema": {"type": "string"}, "description": "How the reader is called"},
      {"name": "token", "in": "query", "schema": {"type": "string"}}
    ],
    "responses": {
      "200": {"description": "Some, or none after the wait", "content": {"application/json": {"schema": {
        "type": "object", "required": ["events", "next", "reset"], "properties": {
          "events": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
          "next": {"$ref": "#/components/schemas/Position"},
          "reset": {"type": "boolean", "description": "What lies between is lost"}}}}}},
      "204": {"description": "The channel is over"},
      "403": {"$ref": "#/components/responses/Refused"},
      "429": {"$ref": "#/components/responses/Refused"},
      "503": {"$ref": "#/components/responses/Refused"}}}},
  "/api/channels/{name}/stream": {"get": {
    "summary": "The same as server-sent events",
    "parameters": [
      {"name": "name", "in": "path", "required": true, "schema": {"type": "string"}},
      {"name": "after", "in": "query", "schema": {"$ref": "#/components/schemas/Position"}},
      {"name": "Last-Event-ID", "in": "header", "schema": {"$ref": "#/components/schemas/Position"}},
      {"name": "name", "in": "query", "schema": {"type": "string"}, "description": "How the reader is called"},
      {"name": "token", "in": "query", "schema": {"type": "string"}}
    ],
    "responses": {
      "200": {"description": "Events: message, and reset where something is lost", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
      "204": {"description": "The channel is over"},
      "403": {"$ref": "#/components/responses/Refused"},
      "429": {"$ref": "#/components/responses/Refused"},
      "503": {"$ref": "#/components/responses/Refused"}}}},
  "/mqtt": {"get": {
    "summary": "WebSocket of MQTT, subprotocol mqtt: see engine-net/BRIDGE.md",
    "responses": {
      "101": {"description": "It is one now"},
      "403": {"$ref": "#/components/responses/Refused"},
      "404": {"$ref": "#/components/responses/Refused"},
      "426": {"$ref": "#/components/responses/Refused"},
      "429": {"$ref": "#/components/responses/Refused"}}}},
  "/ws": {"get": {
    "summary": "WebSocket: see engine-net/BRIDGE.md",
    "responses": {
      "101": {"description": "It is one now"},
      "403": {"$ref": "#/components/responses/Refused"},
      "426": {"$ref": "#/components/responses/Refused"},
      "429": {"$ref": "#/components/responses/Refused"}}}},
  "/app/{key}": {"get": {
    "summary": "WebSocket for stock Pusher clients: see engine-net/BRIDGE.md",
    "parameters": [
      {"name": "key", "in": "path", "required": true, "schema": {"type": "string"}, "description": "Of the app"},
      {"name": "protocol", "in": "query", "required": true, "schema": {"type": "integer", "minimum": 5, "maximum": 7}}
    ],
    "responses": {
      "101": {"description": "It is one now"},
      "403": {"$ref": "#/components/responses/Refused"},
      "404": {"$ref": "#/components/responses/Refused"},
      "426": {"$ref": "#/components/responses/Refused"},
      "429": {"$ref": "#/components/responses/Refused"}}}},
  "/apps/{rest}": {"get": {
    "summary": "Pusher's HTTP API, with signed requests: see engine-net/BRIDGE.md",
    "parameters": [{"name": "rest", "in": "path", "required": true, "schema": {"type": "string"}}],
    "responses": {
      "200": {"description": "Channels, one channel, or its users"},
      "400": {"$ref": "#/components/responses/Refused"},
      "401": {"$ref": "#/components/responses/Refused"},
      "404": {"$ref": "#/components/responses/Refused"}}},
  "post": {
    "summary": "Events, a batch of them, or the end of a user's connections",
    "parameters": [{"name": "rest", "in": "path", "required": true, "schema": {"type": "string"}}],
    "responses": {
      "200": {"description": "Done"},
      "400": {"$ref": "#/components/responses/Refused"},
      "401": {"$ref": "#/components/responses/Refused"},
      "404": {"$ref": "#/components/responses/Refused"},
      "413": {"$ref": "#/components/responses/Refused"},
      "503": {"$ref": "#/components/responses/Refused"}}}}
},
)json"
           R"json("components": {
  "responses": {"Refused": {"description": "Why not", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}},
  "schemas": {
    "Position": {"type": "string", "pattern": "^[0-9]+-[0-9]+$", "example": "81-17"},
    "Error": {"type": "object", "required": ["error", "detail"], "properties": {
      "error": {"type": "string"}, "detail": {"type": "string"}}},
    "Room": {"type": "object", "properties": {
      "id": {"type": "integer"}, "kind": {"type": "string"}, "name": {"type": "string"},
      "players": {"type": "integer"}, "capacity": {"type": "integer"},
      "spectators": {"type": "integer"}, "viewers": {"type": "integer"},
      "phase": {"type": "string", "enum": ["waiting", "countdown", "playing", "ended"]},
      "locked": {"type": "boolean"}, "password": {"type": "boolean"},
      "age": {"type": "number", "description": "Seconds, when the list was told last"},
      "node": {"type": "string", "description": "The server of a cluster that has it; empty without one"},
      "uncertain": {"type": "boolean", "description": "It may be gone: its server is not heard at the moment"},
      "metadata": {"type": "string", "format": "byte"}}},
    "Message": {"type": "object", "properties": {
      "channel": {"type": "string"}, "at": {"$ref": "#/components/schemas/Position"},
      "kind": {"type": "string", "enum": ["message", "chat", "joined", "left", "member"]},
      "user": {"type": "string"}, "name": {"type": "string"}, "event": {"type": "string"},
      "data": {}}}
  }
}
})json";
}

} // namespace engine_net::bridge
