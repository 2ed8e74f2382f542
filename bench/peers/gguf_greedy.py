"""Greedy tokens of GGUF files in llama.cpp beside reference.json of the golden models: gguf_greedy.py FILE.gguf REFERENCE.json …

Every file goes through libllama, which has no notion of an end; those with a tokenizer also through llama-server, with the prompts as
token ids, which stops at an end-of-sequence token: what comes before it is compared. Exit code 1 if a token differs.
"""
import contextlib
import ctypes
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

from gguf_tensors import Reader

NEW_TOKENS = 24
PORT = 18433


@contextlib.contextmanager
def server(path):
    """A llama-server with the model; gives its address."""
    process = subprocess.Popen(["llama-server", "-m", path, "-ctk", "f32", "-ctv", "f32", "--port", str(PORT), "-c", "1024", "-np", "1", "-t", "1", "--no-webui", "-fa", "off"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address + "/health", timeout=1)
                break
            except (urllib.error.URLError, OSError):
                if process.poll() is not None:
                    raise RuntimeError(f"llama-server does not load {path}")
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def by_server(path, prompts):
    with server(path) as address:
        for prompt in prompts:
            body = {"prompt": prompt, "n_predict": NEW_TOKENS, "temperature": 0, "cache_prompt": False, "return_tokens": True}
            request = urllib.request.Request(address + "/completion", json.dumps(body).encode(), {"Content-Type": "application/json"})
            answer = json.load(urllib.request.urlopen(request, timeout=60))
            yield answer["tokens"], answer["stop_type"]


class Parameters(ctypes.Structure):
    """Larger than any parameter structure of libllama: it is passed on the stack, where the library reads what it knows."""
    _fields_ = [("bytes", ctypes.c_uint8 * 1024)]


class Batch(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int32), ("tokens", ctypes.c_void_p), ("embeddings", ctypes.c_void_p), ("positions", ctypes.c_void_p),
                ("sequence_counts", ctypes.c_void_p), ("sequences", ctypes.c_void_p), ("outputs", ctypes.c_void_p)]


SILENT = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda level, text, data: None)


def library():
    ctypes.CDLL("libggml.so.0", ctypes.RTLD_GLOBAL).ggml_backend_load_all()
    llama = ctypes.CDLL("libllama.so.0")
    llama.llama_log_set(SILENT, None)
    pointer, integer = ctypes.c_void_p, ctypes.c_int32
    for name, result, arguments in (("model_default_params", Parameters, []), ("context_default_params", Parameters, []),
                                    ("model_load_from_file", pointer, [ctypes.c_char_p, Parameters]), ("init_from_model", pointer, [pointer, Parameters]),
                                    ("batch_get_one", Batch, [pointer, integer]), ("decode", integer, [pointer, Batch]),
                                    ("get_logits_ith", ctypes.POINTER(ctypes.c_float), [pointer, integer]), ("model_get_vocab", pointer, [pointer]),
                                    ("vocab_n_tokens", integer, [pointer]), ("free", None, [pointer])):
        function = getattr(llama, "llama_" + name)
        function.restype, function.argtypes = result, arguments
    return llama


def exact_context(llama):
    """Parameters of a context without flash attention and with a float32 cache: in float16, near ties fall either way.

    The structure has no names here: attention is the last of the four choices that are -1 (automatic), the types of keys and values are
    the next two neighbours that are 1 (float16).
    """
    parameters = llama.llama_context_default_params()
    words = ctypes.cast(ctypes.byref(parameters), ctypes.POINTER(ctypes.c_int32))
    choices = next((i for i in range(40) if all(words[i + j] == -1 for j in range(4))), None)
    types = None if choices is None else next((i for i in range(choices + 4, 40) if words[i] == words[i + 1] == 1), None)
    if types is None:
        raise RuntimeError("libllama's parameters of a context have another layout than this script knows")
    words[choices + 3] = words[types] = words[types + 1] = 0
    return parameters


def by_library(path, prompts):
    llama = library()
    model = llama.llama_model_load_from_file(path.encode(), llama.llama_model_default_params())
    if not model:
        raise RuntimeError(f"libllama does not load {path}")
    size = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    for prompt in prompts:
        context = llama.llama_init_from_model(model, exact_context(llama))
        tokens, new = list(prompt), []
        for _ in range(NEW_TOKENS):
            ids = (ctypes.c_int32 * len(tokens))(*tokens)
            if llama.llama_decode(context, llama.llama_batch_get_one(ids, len(tokens))) != 0:
                raise RuntimeError(f"libllama cannot run {path}")
            logits = llama.llama_get_logits_ith(context, -1)[:size]
            tokens = [max(range(size), key=logits.__getitem__)]
            new += tokens
        llama.llama_free(context)
        yield new, "limit"


def check(path, reference):
    with open(reference) as file:
        golden = json.load(file)
    # The programs refuse to generate without a tokenizer.
    ways = [by_library] if Reader(path).entries["tokenizer.ggml.model"] == "none" else [by_library, by_server]
    wrong = 0
    for run in ways:
        equal = stopped = 0
        for (tokens, stop), expected in zip(run(path, golden["sequences"]), golden["greedy"]):
            expected = expected["tokens"]
            right = tokens == expected if stop == "limit" else stop == "eos" and 0 < len(tokens) and tokens == expected[:len(tokens)]
            equal, stopped = equal + right, stopped + (stop == "eos")
            if not right:
                print(f"  {tokens}\n  {expected}")
        wrong += len(golden["sequences"]) - equal
        print(f"{path}: {equal} of {len(golden['sequences'])} prompts equal {run.__name__.replace('_', ' ')}" + (f", {stopped} of them up to the end of sequence" if stopped else ""))
    return wrong


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(sum(check(path, reference) for path, reference in zip(arguments[::2], arguments[1::2])) > 0)
