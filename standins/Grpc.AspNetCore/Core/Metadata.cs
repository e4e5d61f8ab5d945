using System.Collections;

namespace Grpc.Core;

/// <summary>Headers or trailers in their order; a name may occur several times.</summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>Names that end so carry bytes, in Base64 on the wire.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>Nothing, and nothing can be added.</summary>
    public static readonly Metadata Empty = new(readOnly: true);

    private readonly List<Entry> _entries = [];

    public Metadata()
    {
    }

    private Metadata(bool readOnly) => IsReadOnly = readOnly;

    public int Count => _entries.Count;

    public bool IsReadOnly { get; }

    public Entry this[int index]
    {
        get => _entries[index];
        set
        {
            ThrowIfReadOnly(value);
            _entries[index] = value;
        }
    }

    /// <summary>The last entry of that name, or null.</summary>
    public Entry? Get(string key)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (Matches(_entries[i], key))
                return _entries[i];
        }
        return null;
    }

    public string? GetValue(string key) => Get(key)?.Value;

    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    public IEnumerable<Entry> GetAll(string key) => _entries.Where(entry => Matches(entry, key));

    public void Add(Entry item)
    {
        ThrowIfReadOnly(item);
        _entries.Add(item);
    }

    public void Add(string key, string value) => Add(new Entry(key, value));

    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    public void Insert(int index, Entry item)
    {
        ThrowIfReadOnly(item);
        _entries.Insert(index, item);
    }

    public bool Remove(Entry item)
    {
        ThrowIfReadOnly(item);
        return _entries.Remove(item);
    }

    public void RemoveAt(int index)
    {
        ThrowIfReadOnly();
        _entries.RemoveAt(index);
    }

    public void Clear()
    {
        ThrowIfReadOnly();
        _entries.Clear();
    }

    public bool Contains(Entry item) => _entries.Contains(item);

    public int IndexOf(Entry item) => _entries.IndexOf(item);

    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    private static bool Matches(Entry entry, string key) => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase);

    private void ThrowIfReadOnly(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        ThrowIfReadOnly();
    }

    private void ThrowIfReadOnly()
    {
        if (IsReadOnly)
            throw new InvalidOperationException("Object is read only");
    }
}
