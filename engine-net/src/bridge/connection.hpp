#pragma once

#include "bridge/hub.hpp"
#include "bridge/link.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::bridge {

class Connection;

/// Those that are open, and what they need of the thread.
class Connections {
public:
    explicit Connections(Hub& hub) : hub_(&hub) {}

    [[nodiscard]] Hub& hub() { return *hub_; }
    void add(const std::shared_ptr<Connection>& connection);
    /// It has something to send, or is to be closed.
    void schedule(Connection& connection) { scheduled_.push_back(&connection); }
    /// To be called after whatever was handled.
    void flush();
    void on_time(Time now);
    void stop(std::string_view reason);
    /// At once.
    void close();
    [[nodiscard]] bool is_empty() const { return all_.empty(); }
    [[nodiscard]] std::span<std::uint8_t> scratch() { return scratch_; }

private:
    void sweep();

    Hub* hub_;
    std::vector<std::shared_ptr<Connection>> all_;
    std::vector<Connection*> scheduled_;
    std::vector<std::uint8_t> scratch_ = std::vector<std::uint8_t>(64 * 1024);
};

/// A TCP connection. Everything that goes out stands in its outbox, and only `flush` writes: so
/// messages never mix. Bytes go from shared memory to the system at once, several messages by one
/// call.
class Connection final : public Link, public std::enable_shared_from_this<Connection> {
public:
    using Socket = boost::asio::ip::tcp::socket;

    Connection(Connections& all, Socket socket, std::string address);

    /// `place`: of its address, held while it is open.
    void begin(std::shared_ptr<Protocol> protocol, AddressCounts::Place place);
    void on_time(Time now);
    void on_stop(std::string_view reason);
    [[nodiscard]] bool is_closed() const { return is_closed_; }

    void schedule() override;
    void flush() override;
    [[nodiscard]] Outbox& outbox() override { return outbox_; }
    void finish() override;
    void drop() override;
    void become(std::shared_ptr<Protocol> protocol) override { protocol_ = std::move(protocol); }
    [[nodiscard]] const std::string& address() const override { return address_; }

    void close();

private:
    void wait_to_read();
    void wait_to_write();
    void read();
    bool read_once();
    bool write_once();
    void let_go();

    Connections* all_;
    Socket socket_;
    std::string address_;
    AddressCounts::Place place_;
    std::shared_ptr<Protocol> protocol_; ///< null: it hears no more
    Outbox outbox_;
    Time stalled_{};  ///< since when the system takes nothing
    Time finished_{}; ///< when all was sent
    bool is_scheduled_ = false;
    bool is_stalled_ = false;
    bool is_waiting_ = false;   ///< until the system takes something
    bool is_read_over_ = false; ///< their end is shut
    bool is_told_stuck_ = false;
    bool is_finishing_ = false;
    bool is_finished_ = false; ///< our end is shut; theirs is waited for
    bool is_dropped_ = false;
    bool is_closed_ = false;
};

} // namespace engine_net::bridge
