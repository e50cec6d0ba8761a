#!/usr/bin/env python3
"""Calls a gRPC server knowing only the standard reflection service: no stubs, no .proto files.

  grpc-call.py HOST:PORT list
  grpc-call.py HOST:PORT describe SERVICE
  grpc-call.py HOST:PORT SERVICE/METHOD [JSON] [FIELD]

The environment's KEY goes along as `authorization: Bearer`. With FIELD (`key.id`) only that part of each
answer is printed. A refusal is printed with its details and ends with 1. Needs Debian's python3-grpcio and
python3-protobuf, or in a virtual environment `pip install grpcio protobuf`.
"""
import json
import os
import sys

try:
    import grpc
    from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
except ImportError as missing:
    sys.exit(f"{missing} for {sys.executable}: apt-get install python3-grpcio, or pip install grpcio protobuf")

REFLECTION = "grpc.reflection.v1"
STRING, BYTES, MESSAGE, INT32 = 9, 12, 11, 5


def classes_of(pool):
    """Makes classes of message descriptors; protobuf before 4.22 has a factory for it, and from 5.26 on only a function."""
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass
    return message_factory.MessageFactory(pool).GetPrototype


def reflection_file():
    """The part of grpc/reflection/v1/reflection.proto that is spoken here."""
    file = descriptor_pb2.FileDescriptorProto(name="reflection.proto", package=REFLECTION, syntax="proto3")

    def message(name, *fields):
        made = file.message_type.add(name=name)
        for number, field, kind, type_name, repeated in fields:
            made.field.add(
                name=field,
                number=number,
                type=kind,
                type_name=f".{REFLECTION}.{type_name}" if type_name else None,
                label=3 if repeated else 1,
            )

    message("ServerReflectionRequest", (1, "host", STRING, None, False), (4, "file_containing_symbol", STRING, None, False), (7, "list_services", STRING, None, False))
    message("FileDescriptorResponse", (1, "file_descriptor_proto", BYTES, None, True))
    message("ServiceResponse", (1, "name", STRING, None, False))
    message("ListServiceResponse", (1, "service", MESSAGE, "ServiceResponse", True))
    message("ErrorResponse", (1, "error_code", INT32, None, False), (2, "error_message", STRING, None, False))
    message(
        "ServerReflectionResponse",
        (4, "file_descriptor_response", MESSAGE, "FileDescriptorResponse", False),
        (6, "list_services_response", MESSAGE, "ListServiceResponse", False),
        (7, "error_response", MESSAGE, "ErrorResponse", False),
    )
    # Requests are alternatives: an empty one must be told from none.
    request = file.message_type[0]
    request.oneof_decl.add(name="message_request")
    for field in request.field[1:]:
        field.oneof_index = 0
    return file


class Server:
    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)
        own = descriptor_pool.DescriptorPool()
        own.Add(reflection_file())
        class_of = classes_of(own)
        self.request = class_of(own.FindMessageTypeByName(f"{REFLECTION}.ServerReflectionRequest"))
        response = class_of(own.FindMessageTypeByName(f"{REFLECTION}.ServerReflectionResponse"))
        self.reflect = self.channel.stream_stream(
            f"/{REFLECTION}.ServerReflection/ServerReflectionInfo",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response.FromString,
        )
        self.pool = descriptor_pool.DescriptorPool()
        self.class_of = classes_of(self.pool)
        self.known = set()

    def ask(self, **question):
        answer = next(self.reflect(iter([self.request(**question)])))
        if answer.HasField("error_response"):
            sys.exit(f"reflection: {answer.error_response.error_message}")
        return answer

    def services(self):
        return sorted(service.name for service in self.ask(list_services="").list_services_response.service)

    def learn(self, symbol):
        """Fetches the file that holds a symbol, and the files that it needs."""
        answer = self.ask(file_containing_symbol=symbol).file_descriptor_response
        files = [descriptor_pb2.FileDescriptorProto.FromString(file) for file in answer.file_descriptor_proto]
        waiting = {file.name: file for file in files if file.name not in self.known}

        def add(name):
            file = waiting.pop(name, None)
            if file is None:
                return
            for dependency in file.dependency:
                add(dependency)
            self.known.add(name)
            self.pool.Add(file)

        for name in list(waiting):
            add(name)

    def service(self, name):
        self.learn(name)
        return self.pool.FindServiceByName(name)

    def message(self, name):
        self.learn(name)
        return self.class_of(self.pool.FindMessageTypeByName(name))

    def call(self, path, body, metadata):
        service, _, name = path.partition("/")
        method = self.service(service).methods_by_name[name]
        request, response = (self.class_of(kind) for kind in (method.input_type, method.output_type))
        ask = self.channel.unary_stream(
            f"/{path}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response.FromString,
        )
        # A call with one answer is a stream of one.
        for answer in ask(json_format.Parse(body, request()), metadata=metadata, timeout=10):
            yield json_format.MessageToDict(answer)

    def details(self, error):
        """What grpc-status-details-bin says, read with descriptors from reflection too."""
        found = []
        for name, value in error.trailing_metadata():
            if name == "grpc-status-details-bin":
                status = self.message("google.rpc.Status").FromString(value)
                for packed in status.details:
                    kind = packed.type_url.rpartition("/")[2]
                    found.append({kind: json_format.MessageToDict(self.message(kind).FromString(packed.value))})
        return found


def pick(answer, field):
    for name in field.split("."):
        answer = answer[int(name)] if isinstance(answer, list) else answer[name]
    return answer if isinstance(answer, str) else json.dumps(answer)


def main(address, what, *rest):
    server = Server(address)
    if what == "list":
        print("\n".join(server.services()))
    elif what == "describe":
        for method in server.service(rest[0]).methods:
            print(f"{method.name}({method.input_type.full_name}) returns ({method.output_type.full_name})")
    else:
        key = os.environ.get("KEY", "")
        metadata = [("authorization", f"Bearer {key}")] if key else []
        try:
            for answer in server.call(what, rest[0] if rest else "{}", metadata):
                print(pick(answer, rest[1]) if len(rest) > 1 else json.dumps(answer, indent=2))
        except grpc.RpcError as error:
            print(f"{error.code().name}: {error.details()}")
            print(json.dumps(server.details(error), indent=2))
            sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
