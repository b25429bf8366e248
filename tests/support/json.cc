/* SPDX-License-Identifier: Apache-2.0
 *
 * A recursive descent over objects, arrays, strings without escapes, and integers: all that our
 * reports use.
 */
#include "cairn/tests/support/json.h"

#include <cctype>
#include <cstdlib>

#include <gtest/gtest.h>

namespace cairn_test {

namespace {

class Parser {
  public:
    Parser(const std::string &text, Json *out) : at_(text.c_str()), out_(out)
    {
    }

    bool Document()
    {
        bool good = Value("");
        Space();
        return good && *at_ == '\0';
    }

  private:
    void Space()
    {
        while (*at_ != '\0' && isspace(static_cast<unsigned char>(*at_))) {
            at_++;
        }
    }

    bool Take(char expected)
    {
        Space();
        if (*at_ != expected) {
            return false;
        }
        at_++;
        return true;
    }

    bool String(std::string *out)
    {
        if (!Take('"')) {
            return false;
        }
        while (*at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= ' ') {
            out->push_back(*at_++);
        }
        return Take('"');
    }

    bool Number(const std::string &path)
    {
        char *end;
        if (*at_ != '-' && !isdigit(static_cast<unsigned char>(*at_))) {
            return false;
        }
        out_->numbers[path] = strtol(at_, &end, 10);
        at_ = end;
        return true;
    }

    bool Object(const std::string &path)
    {
        if (Take('}')) {
            return true;
        }
        do {
            std::string key;
            if (!String(&key) || !Take(':') || !Value(path.empty() ? key : path + "." + key)) {
                return false;
            }
        } while (Take(','));
        return Take('}');
    }

    bool Array(const std::string &path)
    {
        if (Take(']')) {
            return true;
        }
        size_t index = 0;
        do {
            if (!Value(path + "[" + std::to_string(index++) + "]")) {
                return false;
            }
        } while (Take(','));
        return Take(']');
    }

    bool Value(const std::string &path)
    {
        Space();
        if (Take('{')) {
            return Object(path);
        }
        if (Take('[')) {
            return Array(path);
        }
        if (*at_ == '"') {
            return String(&out_->strings[path]);
        }
        return Number(path);
    }

    const char *at_;
    Json *out_;
};

} // namespace

long Json::at(const std::string &path) const
{
    auto found = numbers.find(path);
    if (found == numbers.end()) {
        ADD_FAILURE() << "no number at " << path;
        return -1;
    }
    return found->second;
}

Json ParseJson(const std::string &text)
{
    Json result;
    result.is_valid = Parser(text, &result).Document();
    return result;
}

} // namespace cairn_test
