import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.security.InvalidAlgorithmParameterException;
import java.security.Key;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import javax.xml.crypto.Data;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.OctetStreamData;
import javax.xml.crypto.URIDereferencer;
import javax.xml.crypto.XMLCryptoContext;
import javax.xml.crypto.XMLStructure;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.Manifest;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.TransformException;
import javax.xml.crypto.dsig.TransformService;
import javax.xml.crypto.dsig.XMLObject;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.X509Data;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Checks the signatures of Word files with the XML signatures of the JDK, which share no code with what made them:
 * the values, the digests of what they hold, and the digests of every part and every relationship in their manifest.
 * For each file one line: its name and, for each signature, "right" or what is wrong with it.
 */
public class Check {
    static final String RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
    static final String TRANSFORM = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform";

    public static void main(String[] names) throws Exception {
        java.security.Security.addProvider(new Relationships());
        for (String name : names) {
            Map<String, byte[]> parts = new LinkedHashMap<>();
            try (ZipFile zip = new ZipFile(name)) {
                for (var entry : java.util.Collections.list(zip.entries())) {
                    parts.put("/" + entry.getName(), zip.getInputStream(entry).readAllBytes());
                }
            }
            List<String> said = new ArrayList<>();
            for (String part : parts.keySet()) {
                if (part.startsWith("/_xmlsignatures/sig")) said.add(checked(parts, part));
            }
            System.out.println(String.join(" ", said));
        }
    }

    static String checked(Map<String, byte[]> parts, String part) throws Exception {
        Element root = read(parts.get(part)).getDocumentElement();
        NodeList every = root.getElementsByTagNameNS("*", "*");
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        DOMValidateContext context = new DOMValidateContext(new FirstCertificate(), root);
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.FALSE);
        for (int i = 0; i < every.getLength(); i++) {
            Element one = (Element) every.item(i);
            if (one.hasAttribute("Id")) context.setIdAttributeNS(one, null, "Id");
        }
        URIDereferencer inside = factory.getURIDereferencer();
        context.setURIDereferencer((reference, crypto) -> {
            String uri = reference.getURI();
            if (!uri.startsWith("/")) return inside.dereference(reference, crypto);
            return new OctetStreamData(new ByteArrayInputStream(parts.get(uri.split("\\?")[0])));
        });
        XMLSignature signature = factory.unmarshalXMLSignature(context);
        if (!signature.validate(context)) return "wrong";
        int count = 0;
        for (Object each : signature.getObjects()) {
            for (Object content : ((XMLObject) each).getContent()) {
                if (!(content instanceof Manifest)) continue;
                for (Object row : ((Manifest) content).getReferences()) {
                    Reference reference = (Reference) row;
                    if (!reference.validate(context)) return "altered:" + reference.getURI().split("\\?")[0];
                    count++;
                }
            }
        }
        return count > 0 ? "right" : "empty";
    }

    static Document read(byte[] content) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(content));
    }

    static class FirstCertificate extends KeySelector {
        public javax.xml.crypto.KeySelectorResult select(
                javax.xml.crypto.dsig.keyinfo.KeyInfo info, Purpose purpose,
                javax.xml.crypto.AlgorithmMethod method, XMLCryptoContext context) {
            X509Data data = (X509Data) info.getContent().get(0);
            Key key = ((X509Certificate) data.getContent().get(0)).getPublicKey();
            return () -> key;
        }
    }

    public static class Relationships extends Provider {
        public Relationships() {
            super("Relationships", "1", "The relationship transform of Open Packaging Conventions");
            put("TransformService." + TRANSFORM, Relations.class.getName());
            put("TransformService." + TRANSFORM + " MechanismType", "DOM");
        }
    }

    /** Keeps the relationships that are named, sorted by their ids, each with its mode; ECMA-376-2, 13.2.4.24. */
    public static class Relations extends TransformService {
        private final Set<String> ids = new HashSet<>();

        public void init(TransformParameterSpec parameters) throws InvalidAlgorithmParameterException {
            throw new InvalidAlgorithmParameterException("only for checking");
        }

        public void init(XMLStructure parent, XMLCryptoContext context) {
            NodeList rows = ((Element) ((DOMStructure) parent).getNode()).getElementsByTagNameNS("*", "RelationshipReference");
            for (int i = 0; i < rows.getLength(); i++) ids.add(((Element) rows.item(i)).getAttribute("SourceId"));
        }

        public void marshalParams(XMLStructure parent, XMLCryptoContext context) {}

        public java.security.spec.AlgorithmParameterSpec getParameterSpec() { return null; }

        public boolean isFeatureSupported(String feature) { return false; }

        public Data transform(Data data, XMLCryptoContext context, OutputStream out) throws TransformException {
            return transform(data, context);
        }

        public Data transform(Data data, XMLCryptoContext context) throws TransformException {
            try {
                Document given = read(((OctetStreamData) data).getOctetStream().readAllBytes());
                TreeMap<String, Element> kept = new TreeMap<>();
                NodeList rows = given.getElementsByTagNameNS(RELATIONS, "Relationship");
                for (int i = 0; i < rows.getLength(); i++) {
                    Element row = (Element) rows.item(i);
                    if (!row.hasAttribute("TargetMode")) row.setAttribute("TargetMode", "Internal");
                    if (ids.contains(row.getAttribute("Id"))) kept.put(row.getAttribute("Id"), row);
                }
                Document made = DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
                Element root = made.createElementNS(RELATIONS, "Relationships");
                root.setAttributeNS("http://www.w3.org/2000/xmlns/", "xmlns", RELATIONS);
                made.appendChild(root);
                for (Element row : kept.values()) root.appendChild(made.importNode(row, true));
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                var transformer = javax.xml.transform.TransformerFactory.newInstance().newTransformer();
                transformer.transform(new javax.xml.transform.dom.DOMSource(made), new javax.xml.transform.stream.StreamResult(out));
                return new OctetStreamData(new ByteArrayInputStream(out.toByteArray()));
            } catch (Exception error) {
                throw new TransformException(error);
            }
        }
    }
}
