using System.Net.Sockets;

namespace ExpertCluster.TestSupport;

/// <summary>Things that stand where a file is expected, and are none.</summary>
public static class SpecialFile
{
    /// <summary>What <see cref="Put"/> knows; devices can be made by root alone, so there is a link to one.</summary>
    public static readonly string[] Kinds = ["fifo", "socket", "folder", "device"];

    /// <summary>Puts one in the place of what is there, if anything.</summary>
    public static void Put(string path, string kind)
    {
        File.Delete(path);
        switch (kind)
        {
            case "fifo":
                Tool.Run("mkfifo", [path]);
                break;
            case "socket":
                PutSocket(path);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    /// <summary>Its file stays when the socket is closed. An address has 108 bytes, so it is made where the path is short.</summary>
    private static void PutSocket(string path)
    {
        string near = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(near));
            Tool.Run("mv", [near, path]);
        }
    }
}
