using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Kouyin.Torch;

/// <summary>
/// Reads the part of Python's pickle language in which <c>torch.save</c> describes tensors, and executes nothing:
/// a global outside <see cref="PickleGlobals"/> and an opcode outside this class are refused.
/// </summary>
/// <remarks>
/// Opcodes: https://github.com/python/cpython/blob/v3.12.0/Lib/pickletools.py, protocols 2 to 5. A hostile pickle
/// costs at
/// most a few hundred bytes of memory an opcode, and never more than <see cref="MaxOpcodes"/> of them.
/// </remarks>
internal sealed class PickleReader
{
    /// <summary>
    /// More bytes of pickle than this are refused: a state dict of a thousand tensors has some 200 kB.
    /// </summary>
    public const int MaxBytes = 32 << 20;

    private const int MaxOpcodes = 1_000_000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _data;
    private readonly string _path;
    private readonly Func<PickledStorage, string?> _checkStorage;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _at;

    private PickleReader(byte[] data, int start, string path, Func<PickledStorage, string?> checkStorage)
    {
        _data = data;
        _at = start;
        _path = path;
        _checkStorage = checkStorage;
    }

    /// <summary>Reads one pickle.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="at">Where it begins; afterwards, where it ended.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="checkStorage">Says what is wrong with a storage that the pickle names, or null.</param>
    /// <returns>
    /// null, bool, long, BigInteger, double, string, byte[], object?[] (a tuple), or a class of PickleValues.cs.
    /// </returns>
    public static object? Read(byte[] data, ref int at, string path, Func<PickledStorage, string?> checkStorage)
    {
        PickleReader reader = new(data, at, path, checkStorage);
        object? value = reader.Run();
        at = reader._at;
        return value;
    }

    private object? Run()
    {
        for (int count = 0; count < MaxOpcodes; count++)
        {
            char opcode = (char)Take(1)[0];
            if (opcode == '.')
                return _stack.Count == 1 && _marks.Count == 0 ? _stack[0] : throw Broken("it leaves values over");
            if (!RunScalar(opcode) && !RunContainer(opcode) && !RunReference(opcode))
                throw Refuse($"it uses the pickle opcode 0x{(int)opcode:x2}, which tensors do not need");
        }
        throw Refuse($"its pickle has more than {MaxOpcodes:N0} steps");
    }

    private bool RunScalar(char opcode)
    {
        switch (opcode)
        {
            case '\x80': Take(1); break;
            case '\x95': Take(8); break;
            case 'N': _stack.Add(null); break;
            case '\x88': _stack.Add(true); break;
            case '\x89': _stack.Add(false); break;
            case 'K': _stack.Add((long)Take(1)[0]); break;
            case 'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case '\x8a': PushLong(Take(Take(1)[0])); break;
            case 'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 'X': _stack.Add(Text(Take(Length32()))); break;
            case '\x8c': _stack.Add(Text(Take(Take(1)[0]))); break;
            case '\x8d': _stack.Add(Text(Take(Length64()))); break;
            case 'B' or 'T': _stack.Add(Take(Length32()).ToArray()); break;
            case 'C' or 'U': _stack.Add(Take(Take(1)[0]).ToArray()); break;
            case '\x8e': _stack.Add(Take(Length64()).ToArray()); break;
            default: return false;
        }
        return true;
    }

    private bool RunContainer(char opcode)
    {
        switch (opcode)
        {
            case '(': _marks.Add(_stack.Count); break;
            case '1': PopToMark(); break;
            case ')': _stack.Add(Array.Empty<object?>()); break;
            case '\x85': _stack.Add(Pop(1)); break;
            case '\x86': _stack.Add(Pop(2)); break;
            case '\x87': _stack.Add(Pop(3)); break;
            case 't': _stack.Add(PopToMark()); break;
            case ']': _stack.Add(new PickleList()); break;
            case 'l': { object?[] items = PopToMark(); _stack.Add(new PickleList()); Append(items); break; }
            case 'a': Append(Pop(1)); break;
            case 'e': Append(PopToMark()); break;
            case '}': _stack.Add(new PickleDict()); break;
            case 'd': { object?[] items = PopToMark(); _stack.Add(new PickleDict()); Set(items); break; }
            case 's': Set(Pop(2)); break;
            case 'u': Set(PopToMark()); break;
            default: return false;
        }
        return true;
    }

    private bool RunReference(char opcode)
    {
        switch (opcode)
        {
            case '0': Pop(1); break;
            case '2': _stack.Add(Top()); break;
            case 'q': _memo[Take(1)[0]] = Top(); break;
            case 'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
            case '\x94': _memo[(uint)_memo.Count] = Top(); break;
            case 'h': _stack.Add(Recall(Take(1)[0])); break;
            case 'j': _stack.Add(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case 'c': _stack.Add(Global(Line(), Line())); break;
            case '\x93': _stack.Add(Global(Pop(2))); break;
            case 'Q': _stack.Add(Storage(Pop(1)[0])); break;
            case 'R': _stack.Add(Call(Pop(2))); break;
            case 'b': Build(Pop(1)[0]); break;
            default: return false;
        }
        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _data.Length - _at)
            throw Broken("its description ends too early: the file is cut off");
        _at += count;
        return _data.AsSpan(_at - count, count);
    }

    private int Length32() => BoundedLength(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));

    private int Length64() => BoundedLength(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));

    private int BoundedLength(ulong length) => length <= MaxBytes
        ? (int)length
        : throw Broken($"a string should have {length} bytes: the file is damaged");

    private void PushLong(ReadOnlySpan<byte> bytes)
    {
        BigInteger number = new(bytes);
        if (bytes.Length <= sizeof(long))
            _stack.Add((long)number);
        else
            _stack.Add(number);
    }

    private string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Broken("a string is not UTF-8");
        }
    }

    private string Line()
    {
        int length = _data.AsSpan(_at).IndexOf((byte)'\n');
        string line = Text(Take(length >= 0 ? length : int.MaxValue));
        Take(1);
        return line;
    }

    // Like Python's, a mark hides the values below it.
    private object?[] Pop(int count)
    {
        int floor = _marks.Count > 0 ? _marks[^1] : 0;
        if (_stack.Count - count < floor)
            throw Broken("its steps take more values than they made");
        object?[] values = [.. _stack.GetRange(_stack.Count - count, count)];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Broken("its steps close what they never opened");
        object?[] values = Pop(_stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private object? Top()
    {
        object? top = Pop(1)[0];
        _stack.Add(top);
        return top;
    }

    private object? Recall(uint index) => _memo.TryGetValue(index, out object? value)
        ? value
        : throw Broken($"it refers to value {index}, which it never made");

    private void Append(object?[] items)
    {
        if (Top() is not PickleList list)
            throw Broken("it appends to something that is not a list");
        list.Items.AddRange(items);
    }

    private void Set(object?[] items)
    {
        if (Top() is not PickleDict dict || items.Length % 2 != 0)
            throw Broken("it sets entries of something that is not a dictionary");
        for (int i = 0; i < items.Length; i += 2)
            dict.Items.Add(new(items[i], items[i + 1]));
    }

    private PickleGlobal Global(object?[] names) => names is [string module, string name]
        ? Global(module, name)
        : throw Broken("it names a function by something that is not a string");

    private PickleGlobal Global(string module, string name)
    {
        PickleGlobal global = new(module, name);
        return PickleGlobals.Allows(global)
            ? global
            : throw Refuse($"it asks for Python's «{TorchFile.Printable(global.ToString())}», which is never loaded");
    }

    private PickledStorage Storage(object? id)
    {
        if (id is not object?[] parts || parts is not ["storage", var kind, string key, _, long count, .. var rest]
            || rest is not ([] or [null]))
            throw Broken("it refers to something outside that is not a storage");
        ElementType type = PickleGlobals.StorageType(kind) ?? throw Broken("a storage is of no known type");
        PickledStorage storage = new(key, type, count);
        return _checkStorage(storage) is { } fault ? throw Broken(fault) : storage;
    }

    private object? Call(object?[] call)
    {
        if (call is not [PickleGlobal global, object?[] arguments])
            throw Broken("it calls something that is not a function");
        (object? value, string? fault) = PickleGlobals.Call(global, arguments);
        return fault is null ? value : throw Broken(fault);
    }

    // An OrderedDict's attributes (torch's _metadata) are of no use here; nothing else has any.
    private void Build(object? state)
    {
        if (Top() is not PickleDict || state is not PickleDict)
            throw Refuse("it sets attributes of an object");
    }

    private UserException Broken(string what) => TorchFile.Broken(_path, what);

    private UserException Refuse(string what) => TorchFile.Refused(_path, what);
}
