#pragma once

#include <engine_net/server.hpp>

/// From now on the server answers the call "books" (`schemas/books.fbs`): who sits where, and how
/// much has happened. Anyone may ask: it is a demo.
void answer_books(engine_net::Server& server);
