using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Grpc.Reflection;

/// <summary>Finds the files of services by their own names and by the symbols they declare.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _bySymbol = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        ServiceDescriptor[] all = [.. services];
        ServiceNames = [.. all.Select(service => service.FullName).Distinct()];
        foreach (ServiceDescriptor service in all)
            Add(service.File);
    }

    public IReadOnlyList<string> ServiceNames { get; }

    public FileDescriptor? ByName(string fileName) => _byName.GetValueOrDefault(fileName);

    public FileDescriptor? BySymbol(string symbol) => _bySymbol.GetValueOrDefault(symbol);

    /// <summary>The file and all that it imports, directly or not, each once.</summary>
    public static IReadOnlyCollection<FileDescriptor> WithImports(FileDescriptor file)
    {
        var files = new HashSet<FileDescriptor>();
        var open = new Stack<FileDescriptor>([file]);
        while (open.TryPop(out FileDescriptor? next))
        {
            if (!files.Add(next))
                continue;
            foreach (FileDescriptor import in next.Dependencies)
                open.Push(import);
        }
        return files;
    }

    private void Add(FileDescriptor service)
    {
        foreach (FileDescriptor file in WithImports(service).Where(file => _byName.TryAdd(file.Name, file)))
        {
            foreach (MessageDescriptor message in file.MessageTypes)
                Add(message, file);
            foreach (EnumDescriptor type in file.EnumTypes)
                _bySymbol[type.FullName] = file;
            foreach (ServiceDescriptor declared in file.Services)
            {
                _bySymbol[declared.FullName] = file;
                foreach (MethodDescriptor method in declared.Methods)
                    _bySymbol[method.FullName] = file;
            }
        }
    }

    private void Add(MessageDescriptor message, FileDescriptor file)
    {
        _bySymbol[message.FullName] = file;
        foreach (MessageDescriptor nested in message.NestedTypes)
            Add(nested, file);
        foreach (EnumDescriptor type in message.EnumTypes)
            _bySymbol[type.FullName] = file;
    }
}
