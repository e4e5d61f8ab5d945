using System.Text;

namespace ExpertCluster.Cli.Running;

/// <summary>A log file of a bounded size: when it is full, it takes the place of the one before it, and a new one begins.</summary>
internal sealed class RotatingFile(string path, long limit) : IDisposable
{
    private FileStream? _file;
    private long _length;
    private bool _torn;

    /// <summary>What was written before, as long as there was more than one file's worth.</summary>
    public static string PreviousOf(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}.1{Path.GetExtension(path)}");

    /// <summary>Written when this returns, as far as the system is concerned; a failure leaves it usable.</summary>
    /// <exception cref="IOException">The disk is full, or the file can't be made.</exception>
    public void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(_torn ? "\n" + text : text);
        if (_length > 0 && _length + bytes.Length > limit)
        {
            Close();
            File.Move(path, PreviousOf(path), overwrite: true);
        }

        _file ??= Open();
        try
        {
            _file.Write(bytes);
            _length += bytes.Length;
            _torn = false;
        }
        catch (IOException)
        {
            // A part of the line may stand there.
            _torn = true;
            Close();
            throw;
        }
    }

    public void Dispose() => Close();

    private FileStream Open()
    {
        // Nothing is locked: a process that was started again may find the file in the hands of the one before it.
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        });
        _length = file.CanSeek ? file.Length : 0;
        return file;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _length = 0;
    }
}
