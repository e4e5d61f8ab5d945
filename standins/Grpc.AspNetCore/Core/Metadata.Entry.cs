using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header: a lower-case name, and text or bytes.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-_.");

        private readonly string? _value;
        private readonly byte[]? _bytes;

        public Entry(string key, string value)
        {
            Key = Normalize(key);
            if (IsBinary)
                throw new ArgumentException($"The key '{key}' ends in '{BinaryHeaderSuffix}', so its value must be bytes.", nameof(key));
            ArgumentNullException.ThrowIfNull(value);
            _value = value;
        }

        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalize(key);
            if (!IsBinary)
                throw new ArgumentException($"The key '{key}' has a value of bytes, so it must end in '{BinaryHeaderSuffix}'.", nameof(key));
            ArgumentNullException.ThrowIfNull(valueBytes);
            _bytes = (byte[])valueBytes.Clone();
        }

        public string Key { get; }

        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text. Asking a binary entry for it is an error.</summary>
        public string Value => _value ?? throw new InvalidOperationException("Cannot access string value of a binary metadata entry");

        /// <summary>The bytes, or the text's bytes.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_value!) : (byte[])_bytes.Clone();

        public override string ToString() => _bytes is null
            ? $"[Entry: key={Key}, value={_value}]"
            : $"[Entry: key={Key}, valueBytes={Convert.ToHexString(_bytes)}]";

        internal ReadOnlySpan<byte> Bytes => _bytes;

        private static string Normalize(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            // Header names of HTTP/2 are lower case.
            string normalized = key.ToLowerInvariant();
            if (normalized.Length == 0 || normalized.AsSpan().ContainsAnyExcept(KeyCharacters))
                throw new ArgumentException($"The metadata key '{key}' holds other characters than a-z, 0-9, '-', '_' and '.'.", nameof(key));
            return normalized;
        }
    }
}
