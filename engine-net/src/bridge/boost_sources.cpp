// What of Boost is compiled here once, instead of wherever it is used.

#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
